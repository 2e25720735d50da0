using System.Net;
using System.Text.Json;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Clients;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>Catalog's counting lists, as far as the pages see them: one key counts once, a list ends once.</summary>
internal sealed class CountingPlayed(Func<string, MerchantOffer?> offerOf)
{
    private readonly Dictionary<string, CountScan> _keys = [];

    /// <summary>The last list, open or closed.</summary>
    public StockCountList? List { get; set; }

    public CountScan? Last { get; private set; }

    /// <summary>What every write is answered.</summary>
    public (HttpStatusCode Status, string Code)? Refusing { get; set; }

    public (HttpStatusCode Status, object Answer) Answer(HttpMethod method, string path, string body, string ifMatch, string? key) => path.Split('?')[0].Split('/') switch
    {
        _ when Refusing is { } refused && method != HttpMethod.Get => (refused.Status, refused.Code),
        [_, _, _] when method == HttpMethod.Post => (HttpStatusCode.Created, List = List is { Status: "open" } ? List : new StockCountList(Guid.NewGuid(), "open", DateTimeOffset.UtcNow, null, 0, 0, [])),
        [_, _, _, "open"] => List is { Status: "open" } ? (HttpStatusCode.OK, List) : (HttpStatusCode.NotFound, "stock-count-not-found"),
        [_, _, _, var id, ..] when List?.CountId.ToString() != id => (HttpStatusCode.NotFound, "stock-count-not-found"),
        [_, _, _, _] when method == HttpMethod.Delete => List!.Status == "applied" ? (HttpStatusCode.Conflict, "count-ended") : (HttpStatusCode.OK, List = List with { Status = "abandoned", EndedAt = DateTimeOffset.UtcNow }),
        [_, _, _, _] => (HttpStatusCode.OK, List!),
        [_, _, _, _, "apply"] => List!.Status == "applied" ? (HttpStatusCode.OK, List) : List.Status == "abandoned" ? (HttpStatusCode.Conflict, "count-ended") : ifMatch != $"\"{List.Version}\"" ? (HttpStatusCode.PreconditionFailed, "changed-meanwhile")
            : (HttpStatusCode.OK, List = List with { Status = "applied", EndedAt = DateTimeOffset.UtcNow }),
        _ => Scan(JsonSerializer.Deserialize<CountScan>(body, ServiceClient.Json)!, key!),
    };

    private (HttpStatusCode, object) Scan(CountScan scan, string key)
    {
        var offer = offerOf(scan.Code);
        var code = offer?.Sku ?? scan.Code;
        var known = List!.Items.FirstOrDefault(i => (i.Sku ?? i.Code) == code);
        if (_keys.TryGetValue(key, out var before))
        {
            return before == scan with { AgoSeconds = before.AgoSeconds } ? (HttpStatusCode.OK, known!) : (HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        }
        if (List.Status != "open")
        {
            return (HttpStatusCode.Conflict, "count-ended");
        }
        if (scan.Kind == "set" && scan.Seen != known?.Counted)
        {
            return (HttpStatusCode.Conflict, "counted-meanwhile");
        }
        _keys[key] = Last = scan;
        var counted = scan.Kind switch { "one" => (known?.Counted ?? 0) + 1, "add" => (known?.Counted ?? 0) + scan.Quantity, _ => scan.Quantity };
        var article = new CountedArticle(scan.Code, offer is null ? "unknown" : "counted", counted, DateTimeOffset.UtcNow, offer?.Sku, offer?.Title, Known: offer?.OnHand, Becomes: offer is null ? null : counted);
        var others = List.Items.Where(i => i != known).ToList();
        List = List with { Version = List.Version + 1, Items = scan.Kind == "drop" ? others : [article, .. others], Articles = others.Count + (scan.Kind == "drop" ? 0 : 1) };
        return scan.Kind == "drop" ? (HttpStatusCode.NoContent, "") : (HttpStatusCode.OK, article);
    }
}
