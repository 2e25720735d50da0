using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.StripeSimulator.Api;
using Marketplace.StripeSimulator.Books;
using Marketplace.StripeSimulator.Payments;
using Marketplace.StripeSimulator.Webhooks;

namespace Marketplace.StripeSimulator.Control;

/// <summary>
/// The simulator's own calls, which Stripe has none of, all below <c>/_simulator</c>: time, faults, what becomes of webhooks, what banks and merchants do. JSON in
/// and out; what cannot be read is answered 400. They are for programs of this machine: what a page of some site has a browser send is refused, since it comes as
/// a form, with the site's <c>Origin</c>, or under the site's name.
/// </summary>
internal static class ControlApi
{
    internal static void MapControl(this WebApplication app)
    {
        var control = app.MapGroup("/_simulator").AddEndpointFilter(async (context, next) =>
        {
            if (Refused(context.HttpContext.Request) is { } refused)
            {
                return refused;
            }

            try
            {
                return await next(context);
            }
            catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or StripeError)
            {
                return Results.Json(new JsonObject { ["error"] = unreadable.Message }, statusCode: 400);
            }
        });

        control.MapGet("/", (Ledger ledger, SimulatedClock clock) => Answer(ledger.Do(change => new JsonObject
        {
            ["now"] = clock.GetUtcNow(),
            ["aheadSeconds"] = (long)clock.Ahead.TotalSeconds,
            ["events"] = change.All("event").Count(),
            ["deliveries"] = change.All("delivery").Count(),
            ["keptBack"] = Deliveries.KeptBack(change).Count,
            ["available"] = Balance.Available(change),
        })));

        // {"advanceSeconds": 259200}: never back.
        control.MapPost("/clock", async (HttpRequest request, Ledger ledger, SimulatedClock clock) =>
        {
            var seconds = (await ReadAsync(request)).Number("advanceSeconds");
            if (seconds is < 0 or > 400L * 86_400)
            {
                throw new JsonException("advanceSeconds is from 0 to 400 days.");
            }

            ledger.Do(change =>
            {
                var ahead = (long)clock.Ahead.TotalSeconds + seconds;
                change.Put("control", "clock", new JsonObject { ["ahead"] = ahead });
                clock.Ahead = TimeSpan.FromSeconds(ahead);
            });
            // What has fallen due by then happens now.
            ledger.Do(_ => { });
            return Answer(new JsonObject { ["now"] = clock.GetUtcNow() });
        });

        // {"do": "drop|delay|double|hold", "types": [...], "count": 1, "seconds": 0}: of the next events of these types (of any).
        control.MapPost("/webhooks", async (HttpRequest request, Ledger ledger) =>
        {
            var asked = await ReadAsync(request);
            if (asked.Find("do") is not ("drop" or "delay" or "double" or "hold"))
            {
                throw new JsonException("do is one of drop, delay, double, hold.");
            }

            var id = Shapes.NewId("rule_");
            ledger.Do(change => change.Put("rule", id, new JsonObject
            {
                ["id"] = id,
                ["do"] = asked.Text("do"),
                ["types"] = asked["types"]?.DeepClone(),
                ["left"] = asked["count"] is null ? 1 : asked.Number("count"),
                ["seconds"] = asked.Number("seconds"),
            }));
            return Answer(new JsonObject { ["id"] = id });
        });
        control.MapDelete("/webhooks", (Ledger ledger) => ledger.Do(change =>
        {
            foreach (var rule in change.All("rule"))
            {
                change.Put("rule", rule.Text("id"), null);
            }
        }));

        // {"order": "made|reversed|shuffled", "seed": 1, "together": false}
        control.MapPost("/webhooks/release", async (HttpRequest request, Ledger ledger) =>
        {
            var asked = await ReadAsync(request);
            return Answer(ledger.Do(change =>
            {
                JsonObject[] kept = [.. Deliveries.KeptBack(change)];
                switch (asked.Find("order"))
                {
                    case null or "made":
                        break;
                    case "reversed":
                        Array.Reverse(kept);
                        break;
                    case "shuffled":
                        new Random((int)asked.Number("seed")).Shuffle(kept);
                        break;
                    default:
                        throw new JsonException("order is one of made, reversed, shuffled.");
                }

                return new JsonObject { ["released"] = Deliveries.Release(change, kept, asked.Flag("together")) };
            }));
        });
        control.MapPost("/events/{id}/resend", (string id, Ledger ledger) => ledger.Do(change =>
        {
            var told = change.Find("event", id);
            if (told is not null)
            {
                Deliveries.Add(change, told, change.Now.ToUnixTimeSeconds());
            }

            return told is null ? Results.NotFound() : Results.NoContent();
        }));

        // {"count": 1, "method": "POST", "path": "/v1/refunds", "when": "before|after|kept", "status": 500, "code": null, "cut": false, "delayMs": 0, "shouldRetry": null}
        control.MapPost("/faults", async (HttpRequest request, Ledger ledger) =>
        {
            var asked = await ReadAsync(request);
            if (asked.Find("when") is not (null or "before" or "after" or "kept"))
            {
                throw new JsonException("when is one of before, after, kept.");
            }

            ledger.Do(change => Faults.Add(change, asked));
            return Results.NoContent();
        });
        control.MapDelete("/faults", (Ledger ledger) => ledger.Do(change =>
        {
            foreach (var fault in change.All("fault"))
            {
                change.Put("fault", fault.Text("id"), null);
            }
        }));

        // {"card": "4242424242424242", "confirms": true}: as the page does it, for programs.
        control.MapPost("/sessions/{id}/pay", async (string id, HttpRequest request, Ledger ledger) =>
        {
            var asked = await ReadAsync(request);
            return ledger.Do(change =>
            {
                if (change.Find("checkout.session", id) is not { } session)
                {
                    return Results.NotFound();
                }

                var (outcome, sentence) = Intents.Pay(change, session, asked.Find("card") ?? "4242424242424242");
                if (outcome == Paying.AskBank && asked["confirms"] is { } confirms)
                {
                    (outcome, sentence) = Intents.Answer(change, change.Find("checkout.session", id)!, confirms.GetValue<bool>());
                }

                return Answer(new JsonObject { ["outcome"] = outcome.ToString().ToLowerInvariant(), ["sentence"] = sentence });
            });
        });

        // {"complete": true} or {"currentlyDue": [...], "deadlineInSeconds": 0, "disabledReason": null}
        control.MapPost("/accounts/{id}", async (string id, HttpRequest request, Ledger ledger) =>
        {
            var asked = await ReadAsync(request);
            return ledger.Do(change =>
            {
                if (change.Find("account", id) is not { } account)
                {
                    return Results.NotFound();
                }

                if (asked.Flag("complete"))
                {
                    Accounts.Complete(change, account);
                }
                else
                {
                    Accounts.Restrict(change, account, (asked["currentlyDue"] as JsonArray ?? []).Select(d => d!.GetValue<string>()).ToList(),
                        asked["deadlineInSeconds"] is null ? null : change.Now.AddSeconds(asked.Number("deadlineInSeconds")), asked.Find("disabledReason"));
                }

                return Results.NoContent();
            });
        });

        // {"amount": 100, "days": 0, "failure": null} goes on to the merchant's bank, so that a reversal finds nothing; without it, all. "failure": "account_closed": comes back.
        control.MapPost("/accounts/{id}/payout", async (string id, HttpRequest request, Ledger ledger) =>
        {
            var asked = await ReadAsync(request);
            return Answer(ledger.Do(change =>
            {
                var payout = Payouts.Create(change, id, asked["amount"] is null ? null : asked.Number("amount"), (int)asked.Number("days"), asked.Find("failure"));
                return new JsonObject { ["id"] = payout.Text("id"), ["paidOut"] = payout.Number("amount"), ["left"] = Balance.Of(change, id) };
            }));
        });

        // {"reason": "fraudulent"} of any captured charge; {"won": true} settles it.
        control.MapPost("/charges/{id}/dispute", async (string id, HttpRequest request, Ledger ledger) =>
        {
            var reason = (await ReadAsync(request)).Find("reason") ?? "fraudulent";
            return ledger.Do(change => change.Find("charge", id) is { } charge && charge.Flag("captured") && !charge.Flag("disputed")
                ? Answer(Disputes.Open(change, charge, reason)) : Results.NotFound());
        });
        control.MapPost("/disputes/{id}/close", async (string id, HttpRequest request, Ledger ledger) =>
        {
            var won = (await ReadAsync(request)).Flag("won");
            return ledger.Do(change =>
            {
                if (change.Find("dispute", id) is not { } dispute || dispute.Text("status") is "won" or "lost")
                {
                    return Results.NotFound();
                }

                Disputes.Close(change, dispute, won);
                return Results.NoContent();
            });
        });
    }

    private static IResult? Refused(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        var fromHere = IsLoopback(request.Host.Host) && (origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var site) && site.IsLoopback));
        return !fromHere ? Results.Json(new JsonObject { ["error"] = "These calls are for programs of this machine." }, statusCode: 403)
            : request.Method != "GET" && !request.HasJsonContentType() ? Results.Json(new JsonObject { ["error"] = "application/json is wanted." }, statusCode: 415)
            : null;
    }

    // Another name that leads here is one that a site has made.
    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static async Task<JsonObject> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        return text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? throw new JsonException("A JSON object is wanted.");
    }

    private static IResult Answer(JsonObject answer) => Results.Text(answer.ToJsonString(), "application/json");
}
