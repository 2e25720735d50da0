using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Marketplace.StripeSimulator.Books;
using Marketplace.StripeSimulator.Payments;

namespace Marketplace.StripeSimulator.Pages;

/// <summary>The pages that Stripe shows to people: paying, the bank's question, and what a merchant fills in. In French, without script.</summary>
internal static class HostedPages
{
    private static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private static readonly string Page = Read();

    internal static void MapPages(this WebApplication app)
    {
        app.MapGet("/c/pay/{id}", (string id, Ledger ledger) => ledger.Do(change => change.Find("checkout.session", id) is { } session ? Pay(change, session, null, null) : Unknown()));
        app.MapPost("/c/pay/{id}", async (string id, HttpRequest request, Ledger ledger) =>
        {
            var typed = await TypedAsync(request);
            return ledger.Do(change =>
            {
                if (change.Find("checkout.session", id) is not { } session)
                {
                    return Unknown();
                }

                // What the page itself sees never gets as far as the bank.
                if (session.Text("status") == "open" && Wrong(typed, change.Now) is { } wrong)
                {
                    return Pay(change, session, wrong, typed);
                }

                var (outcome, sentence) = Intents.Pay(change, session, typed.Number);
                return After(change, id, outcome, sentence, typed);
            });
        });
        app.MapGet("/c/pay/{id}/banque", (string id, Ledger ledger) => ledger.Do(change => change.Find("checkout.session", id) is { } session ? Bank(change, session) : Unknown()));
        app.MapPost("/c/pay/{id}/banque", async (string id, HttpRequest request, Ledger ledger) =>
        {
            var form = await request.ReadFormAsync();
            return ledger.Do(change =>
            {
                if (change.Find("checkout.session", id) is not { } session)
                {
                    return Unknown();
                }

                var (outcome, sentence) = Intents.Answer(change, session, form["answer"] == "yes");
                return After(change, id, outcome, sentence, null);
            });
        });
        app.MapGet("/setup/e/{account}/{link}", (string account, string link, Ledger ledger) => ledger.Do(change => Onboard(change, account, link)));
        app.MapPost("/setup/e/{account}/{link}", async (string account, string link, HttpRequest request, Ledger ledger) =>
        {
            var form = await request.ReadFormAsync();
            return ledger.Do(change =>
            {
                if (change.Find("link", link) is not { } known || known.Text("account") != account || change.Find("account", account) is not { } merchant)
                {
                    return Unknown();
                }

                switch (form["answer"])
                {
                    case "done":
                        Accounts.Complete(change, merchant);
                        break;
                    case "refused":
                        Accounts.Refuse(change, merchant);
                        break;
                    default:
                        break; // left unfinished
                }

                change.Put("link", link, null);
                return See(known.Text("return_url"));
            });
        });
    }

    private static IResult After(Change change, string id, Paying outcome, string? sentence, Typed? typed)
    {
        var session = change.Find("checkout.session", id)!;
        return outcome switch
        {
            Paying.Done => See(session.Text("success_url").Replace("{CHECKOUT_SESSION_ID}", id, StringComparison.Ordinal)),
            Paying.AskBank => See($"/c/pay/{id}/banque"),
            Paying.Declined => Pay(change, session, sentence, typed),
            _ => Pay(change, session, null, null),
        };
    }

    private static IResult Pay(Change change, JsonObject session, string? wrong, Typed? typed)
    {
        if (session.Text("status") != "open")
        {
            return session.Text("status") == "complete"
                ? Show(200, "Déjà payé", $"<h1>C’est déjà payé.</h1><p><a href=\"{Html(session.Text("success_url").Replace("{CHECKOUT_SESSION_ID}", session.Text("id"), StringComparison.Ordinal))}\">Revenir à la boutique</a></p>")
                : Show(410, "Page expirée", $"<h1>Cette page de paiement a expiré.</h1><p>Rien n’a été débité.{Back(session, " ")}</p>");
        }

        var lines = new StringBuilder();
        foreach (var line in (JsonArray)change.Find("basket", session.Text("id"))!["lines"]!)
        {
            var (quantity, cents) = (line!.Number("quantity"), line!.Number("unit_amount"));
            lines.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Html(line!.Text("name"))}{(quantity > 1 ? $" ×\u00a0{quantity}" : "")}</th><td>{Euros(quantity * cents)}</td></tr>");
        }

        var total = Euros(session.Number("amount_total"));
        var note = session["custom_text"]!["submit"] is { } submit ? $"<p class=\"note\" id=\"note\">{Html(submit.Text("message"))}</p>" : "";
        return Show(wrong is null ? 200 : 422, $"Payer {total}",
            $"""
            <h1>Payer {total}</h1>
            {(wrong is null ? "" : $"<p class=\"error\" role=\"alert\" id=\"wrong\">{Html(wrong)}</p>")}
            <table><caption>Votre commande</caption><tbody>{lines}</tbody><tfoot><tr><th scope="row">Total</th><td>{total}</td></tr></tfoot></table>
            <form method="post" action="/c/pay/{Html(session.Text("id"))}">
            <label for="number">Numéro de carte</label>
            <input id="number" name="number" inputmode="numeric" autocomplete="cc-number" required value="{Html(typed?.Number)}" aria-describedby="{(wrong is null ? "" : "wrong ")}cards">
            <p class="hint" id="cards">4242 4242 4242 4242 est acceptée, 4000 0027 6000 3184 demande une authentification, 4000 0000 0000 9995 est refusée.</p>
            <div class="two">
            <div><label for="expiry">Expiration (MM/AA)</label><input id="expiry" name="expiry" inputmode="numeric" autocomplete="cc-exp" required placeholder="12/34" value="{Html(typed?.Expiry)}"></div>
            <div><label for="cvc">Cryptogramme</label><input id="cvc" name="cvc" inputmode="numeric" autocomplete="cc-csc" required placeholder="123"></div>
            </div>
            <label for="name">Nom du titulaire</label>
            <input id="name" name="name" autocomplete="cc-name" required value="{Html(typed?.Name)}">
            {note}
            <button{(note.Length == 0 ? "" : " aria-describedby=\"note\"")}>Payer {total}</button>
            </form>
            {Back(session, "")}
            """);
    }

    private static IResult Bank(Change change, JsonObject session)
    {
        if (session.Text("status") != "open" || session.Find("payment_intent") is not { } id || change.Find("payment_intent", id)!.Text("status") != "requires_action")
        {
            return Pay(change, session, null, null);
        }

        return Show(200, "Votre banque",
            $"""
            <h1>Votre banque vous demande de confirmer</h1>
            <p>Paiement de {Euros(session.Number("amount_total"))}. (C’est l’authentification 3-D Secure, simulée.)</p>
            <form method="post" action="/c/pay/{Html(session.Text("id"))}/banque">
            <button name="answer" value="yes">Confirmer le paiement</button>
            <button class="other" name="answer" value="no">Refuser</button>
            </form>
            """);
    }

    // For one visit: seen again, or too late, the merchant goes back for another one.
    private static IResult Onboard(Change change, string account, string link)
    {
        if (change.Find("link", link) is not { } known || known.Text("account") != account)
        {
            return Unknown();
        }

        if (known.Number("expires_at") < change.Now.ToUnixTimeSeconds() || known.Flag("seen"))
        {
            return See(known.Text("refresh_url"));
        }

        known["seen"] = true;
        change.Put("link", link, known);
        return Show(200, "Compte de paiement",
            $"""
            <h1>Recevoir vos paiements</h1>
            <p>Stripe demanderait ici votre identité, votre SIRET et votre IBAN. Le simulateur les tient pour remplis.</p>
            <form method="post" action="/setup/e/{Html(account)}/{Html(link)}">
            <button name="answer" value="done">Tout remplir et revenir</button>
            <button class="other" name="answer" value="later">Revenir sans finir</button>
            <button class="other" name="answer" value="refused">Être refusé par Stripe</button>
            </form>
            """);
    }

    private static string? Wrong(Typed typed, DateTimeOffset now)
    {
        if (typed.Number.Length == 0 || typed.Name.Length == 0)
        {
            return "Saisissez le numéro de la carte et le nom de son titulaire.";
        }

        var parts = typed.Expiry.Split('/', StringSplitOptions.TrimEntries);
        if (parts is not [var m, var y] || !int.TryParse(m, NumberStyles.None, CultureInfo.InvariantCulture, out var month) || !int.TryParse(y, NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            || month is < 1 or > 12)
        {
            return "Saisissez l’expiration de la carte sous la forme MM/AA, par exemple 12/34.";
        }

        year += year < 100 ? 2000 : 0;
        return year < now.Year || (year == now.Year && month < now.Month) ? "La date d’expiration de votre carte est passée."
            : typed.Cvc.Length is < 3 or > 4 || !typed.Cvc.All(char.IsAsciiDigit) ? "Saisissez le cryptogramme\u00a0: trois chiffres au dos de la carte."
            : null;
    }

    private static async Task<Typed> TypedAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        return new Typed(string.Concat(form["number"].ToString().Where(c => !char.IsWhiteSpace(c))), form["expiry"].ToString().Trim(), form["cvc"].ToString().Trim(), form["name"].ToString().Trim());
    }

    private static string Back(JsonObject session, string before) => session.Find("cancel_url") is { } url ? $"{before}<a class=\"back\" href=\"{Html(url)}\">Revenir à la boutique sans payer</a>" : "";

    private static IResult Unknown() => Show(404, "Page inconnue", "<h1>Cette page n’existe pas.</h1>");

    private static SeeOther See(string url) => new SeeOther(url);

    private static IResult Show(int status, string title, string content) =>
        Results.Content(Page.Replace("{title}", Html(title), StringComparison.Ordinal).Replace("{content}", content, StringComparison.Ordinal), "text/html", Encoding.UTF8, status);

    private static string Euros(long cents) => $"{(cents / 100m).ToString("N2", French)}\u00a0€";

    private static string Html(string? text) => Encoder.Encode(text ?? "");

    private static string Read()
    {
        using var reader = new StreamReader(typeof(HostedPages).Assembly.GetManifestResourceStream("Page.html")!);
        return reader.ReadToEnd();
    }

    private sealed record Typed(string Number, string Expiry, string Cvc, string Name);

    private sealed class SeeOther(string url) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = url;
            return Task.CompletedTask;
        }
    }
}
