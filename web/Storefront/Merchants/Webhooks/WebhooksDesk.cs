using System.Net;
using Marketplace.Contracts.Ordering.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Webhooks;

/// <summary><c>/pro/{shop}/webhooks</c>: which programs are told of the shop's orders, and what was sent to each. For its owners. A secret is shown once, when it is made.</summary>
public static class WebhooksDesk
{
    private const int PageSize = 20;
    private static readonly string[] _done = ["essai", "renvoi", "pause", "reprise", "retrait", "change"];

    /// <summary>In the order of an order's life.</summary>
    internal static readonly IReadOnlyList<string> Types =
    [
        "order.confirmed", "order.accepted", "order.preparing", "order.ready", "order.deposited", "order.not_found", "order.collected",
        "order.lines_declined", "order.shortage_answered", "order.shortage_lapsed", "order.declined", "order.cancelled", "order.expired", "order.step_taken_back", "order.kept_longer",
        "order.brought_back", "order.payment_changed",
    ];

    public sealed record Form
    {
        public string? Url { get; set; }
        public string? Name { get; set; }
        public long Version { get; set; }
        public bool Paused { get; set; }
    }

    /// <param name="Made">The address just added, with its secret: shown now and never again.</param>
    /// <param name="Done">What was just done.</param>
    public sealed record Model(ProShop Shop, IReadOnlyList<Webhook> Known, Form Typed, IReadOnlyList<string> Chosen, Complaints Complaints, WebhookSecret? Made, string? Done);

    /// <param name="Made">The new secret: shown now and never again.</param>
    public sealed record OneModel(ProShop Shop, Webhook Webhook, WebhookDeliveryPage Sent, Form Typed, IReadOnlyList<string> Chosen, Complaints Complaints, WebhookSecret? Made, string? Done);

    public sealed record RemoveModel(ProShop Shop, Webhook Webhook);

    internal static void MapWebhooks(this RouteGroupBuilder shop)
    {
        var hooks = shop.MapGroup("/webhooks");
        hooks.MapGet("", (HttpContext http, ShopWebhooksClient client, CancellationToken token, string? fait = null) => ListAsync(http, client, new Form(), [], new Complaints(), null, fait, token)).OnlyOwners();
        hooks.MapPost("", AddAsync).OnlyOwners();
        hooks.MapGet("/{webhook:guid}", (HttpContext http, ShopWebhooksClient client, Guid webhook, CancellationToken token, string? fait = null, int page = 1) =>
            OneAsync(http, client, webhook, page, null, new Complaints(), null, fait, token)).OnlyOwners();
        hooks.MapPost("/{webhook:guid}", ChangeAsync).OnlyOwners();
        hooks.MapPost("/{webhook:guid}/pause", PauseAsync).OnlyOwners();
        hooks.MapPost("/{webhook:guid}/essai", (HttpContext http, ShopWebhooksClient client, Ui ui, Guid webhook, CancellationToken token) =>
            DoAsync(http, client, ui, webhook, "essai", () => client.TestAsync(http.ProShop().Slug, webhook, token), token)).OnlyOwners();
        hooks.MapPost("/{webhook:guid}/envois/{delivery:guid}", (HttpContext http, ShopWebhooksClient client, Ui ui, Guid webhook, Guid delivery, CancellationToken token) =>
            DoAsync(http, client, ui, webhook, "renvoi", () => client.SendAgainAsync(http.ProShop().Slug, webhook, delivery, token), token)).OnlyOwners();
        hooks.MapPost("/{webhook:guid}/secret", RotateAsync).OnlyOwners();
        hooks.MapGet("/{webhook:guid}/retrait", AskAsync).OnlyOwners();
        hooks.MapPost("/{webhook:guid}/retrait", RemoveAsync).OnlyOwners();
    }

    private static async Task<IResult> AddAsync([FromForm] Form form, HttpContext http, ShopWebhooksClient client, Ui ui, CancellationToken token)
    {
        var chosen = ChosenIn(http);
        var answer = await client.AddAsync(http.ProShop().Slug, new WebhookDefinition(form.Url?.Trim() ?? "", chosen, form.Name), token);
        return answer.Ok
            ? await ListAsync(http, client, new Form(), [], new Complaints(), answer.Value, null, token)
            : await ListAsync(http, client, form, chosen, Complain(answer.Problem!, ui), null, null, token);
    }

    private static async Task<IResult> ChangeAsync([FromForm] Form form, HttpContext http, ShopWebhooksClient client, Ui ui, Guid webhook, CancellationToken token)
    {
        var answer = await client.ReplaceAsync(http.ProShop().Slug, webhook, new WebhookDefinition(form.Url?.Trim() ?? "", ChosenIn(http), form.Name, form.Paused), form.Version, token);
        return answer.Ok ? To(http, $"/{webhook}", "change")
            : answer.Status is HttpStatusCode.NotFound ? To(http, "", null)
            : await OneAsync(http, client, webhook, 1, form, Complain(answer.Problem!, ui), null, null, token);
    }

    private static async Task<IResult> PauseAsync([FromForm] Form form, HttpContext http, ShopWebhooksClient client, Ui ui, Guid webhook, CancellationToken token)
    {
        if (await FindAsync(http, client, webhook, token) is not { } known)
        {
            return To(http, "", null);
        }
        var wanted = new WebhookDefinition(known.Url, known.Types, known.Name, form.Paused);
        return await DoAsync(http, client, ui, webhook, form.Paused ? "pause" : "reprise", () => client.ReplaceAsync(http.ProShop().Slug, webhook, wanted, known.Version, token), token);
    }

    private static async Task<IResult> RotateAsync([FromForm] Form form, HttpContext http, ShopWebhooksClient client, Ui ui, Guid webhook, CancellationToken token)
    {
        var answer = await client.RotateAsync(http.ProShop().Slug, webhook, form.Version, token);
        return answer.Ok ? await OneAsync(http, client, webhook, 1, null, new Complaints(), answer.Value, null, token)
            : answer.Status is HttpStatusCode.PreconditionFailed ? await OneAsync(http, client, webhook, 1, null, new Complaints().Add("", ui["pro.hooks.rotated.before"]), null, null, token)
            : To(http, "", null);
    }

    private static async Task<IResult> DoAsync<T>(HttpContext http, ShopWebhooksClient client, Ui ui, Guid webhook, string done, Func<Task<Answer<T>>> act, CancellationToken token) where T : class
    {
        var answer = await act();
        return answer.Ok ? To(http, $"/{webhook}", done) : await OneAsync(http, client, webhook, 1, null, Complain(answer.Problem!, ui), null, null, token);
    }

    private static async Task<IResult> AskAsync(HttpContext http, ShopWebhooksClient client, Guid webhook, CancellationToken token) =>
        await FindAsync(http, client, webhook, token) is { } known ? Page.Of<RemoveWebhookPage, RemoveModel>(new RemoveModel(http.ProShop(), known)) : To(http, "", null);

    private static async Task<IResult> RemoveAsync(HttpContext http, ShopWebhooksClient client, Guid webhook, CancellationToken token)
    {
        await client.RemoveAsync(http.ProShop().Slug, webhook, token);
        return To(http, "", "retrait");
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, ShopWebhooksClient client, Form typed, IReadOnlyList<string> chosen, Complaints complaints, WebhookSecret? made, string? done, CancellationToken token) =>
        Page.Of<WebhooksPage, Model>(new Model(http.ProShop(), await client.ListAsync(http.ProShop().Slug, token), typed, chosen, complaints, made, Known(done)),
            complaints.Any ? StatusCodes.Status422UnprocessableEntity : made is null ? StatusCodes.Status200OK : StatusCodes.Status201Created);

    private static async Task<IResult> OneAsync(
        HttpContext http, ShopWebhooksClient client, Guid webhook, int page, Form? typed, Complaints complaints, WebhookSecret? made, string? done, CancellationToken token)
    {
        if (await FindAsync(http, client, webhook, token) is not { } known)
        {
            return To(http, "", null);
        }
        var sent = await client.DeliveriesAsync(http.ProShop().Slug, webhook, Math.Clamp(page, 1, 1000), PageSize, token);
        if (LastPage.InsteadOf(page, sent.Items.Count, sent.Total, PageSize) is { } last)
        {
            return Results.LocalRedirect($"/pro/{http.ProShop().Slug}/webhooks/{webhook}" + LocalUrl.Query(("page", LastPage.Text(last))));
        }
        return Page.Of<WebhookPage, OneModel>(new OneModel(http.ProShop(), known, sent, typed ?? new Form { Url = known.Url, Name = known.Name },
            typed is null ? known.Types : ChosenIn(http), complaints, made, Known(done)), complaints.Any ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    private static async Task<Webhook?> FindAsync(HttpContext http, ShopWebhooksClient client, Guid webhook, CancellationToken token) =>
        (await client.ListAsync(http.ProShop().Slug, token)).FirstOrDefault(w => w.WebhookId == webhook);

    private static Complaints Complain(Problem problem, Ui ui) =>
        new Complaints().Add(problem.Extension<string>("field") switch { "url" => nameof(Form.Url), "name" => nameof(Form.Name), _ => "" }, problem.Detail ?? ui["pro.refused.unknown"]);

    private static List<string> ChosenIn(HttpContext http) => [.. Types.Where(t => http.Request.Form["Types"].Contains(t))];

    private static string? Known(string? done) => _done.Contains(done) ? done : null;

    private static SeeOther To(HttpContext http, string place, string? done) => new($"/pro/{http.ProShop().Slug}/webhooks{place}{(done is null ? "" : "?fait=" + done)}");
}
