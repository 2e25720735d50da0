using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Pages;
using Marketplace.Storefront.Residents.Towns;

namespace Marketplace.Storefront.Residents.Offers;

/// <summary>What the search field offers while one types. Without script the field simply searches.</summary>
internal static partial class Suggestions
{
    public static void MapSuggestions(this RouteGroupBuilder town) => town.MapGet("/suggestions", ListAsync).CachePage(60, "q");

    private static async Task<IResult> ListAsync(string? q, HttpContext http, CatalogClient catalog, TownDirectory directory, Ui ui, ILoggerFactory logs, CancellationToken token)
    {
        var text = q?.Trim();
        if (text is not { Length: >= 2 and <= 60 })
        {
            return Results.Json(Array.Empty<object>());
        }
        var town = http.Town().Slug;
        try
        {
            var categories = await directory.CategoriesAsync(token);
            var found = await catalog.SuggestionsAsync(town, text, token);
            return Results.Json(found.Select(s => s.Kind switch
            {
                "category" => new { text = categories.Find(s.Target) is { } c ? ui.Name(c) : s.Text, href = $"/{town}/produits?rayon={s.Target}", label = ui["suggest.category"] },
                "shop" => new { text = s.Text, href = $"/{town}/boutiques/{s.Target}", label = ui["suggest.shop"] },
                "offer" => new { text = s.Text, href = $"/{town}/produits/{s.Target}/{OfferLinks.Slug(s.Text)}", label = "" },
                _ => new { text = s.Text, href = $"/{town}/produits?q={Uri.EscapeDataString(s.Target)}", label = "" },
            }).ToArray());
        }
        catch (ServiceUnavailable)
        {
            // Suggestions are a help: when Catalog does not answer there are none, and the field still searches.
            return Results.Json(Array.Empty<object>());
        }
        catch (ServiceRefusal refusal)
        {
            // So too when it refuses, which it should not: that is for whoever runs this to know.
            LogRefused(logs.CreateLogger(typeof(Suggestions).FullName!), town, refusal);
            return Results.Json(Array.Empty<object>());
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "No suggestions in {Town}: they were refused")]
    private static partial void LogRefused(ILogger log, string town, Exception refusal);
}
