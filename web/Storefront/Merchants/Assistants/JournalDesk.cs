using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Products;
using Marketplace.Storefront.Pages;

namespace Marketplace.Storefront.Merchants.Assistants;

/// <summary><c>/pro/{shop}/journal</c>: what the town's assistants did here. For everybody of the shop, and for them.</summary>
public static class JournalDesk
{
    /// <param name="Name">Null: of somebody whose account is gone.</param>
    /// <param name="Outcome">Null: none was heard.</param>
    /// <param name="Article">How the article was called at that moment; null of an order, and of lines that were written before this was.</param>
    /// <param name="Unit">One of <see cref="Units"/>, or null.</param>
    public sealed record Entry(Guid EntryId, DateTimeOffset At, string? Name, string Action, string? Subject, string? Said, string? Outcome, string? Article = null, string? Unit = null);

    /// <summary>What a figure counts.</summary>
    internal static class Units
    {
        internal const string Pieces = "piece";
        internal const string Grams = "weight";
        internal const string Euros = "euro";
    }

    public sealed record Entries(IReadOnlyList<Entry> Items, bool More);

    public sealed record Model(ProShop Shop, Entries Entries, bool Older);

    internal static void MapJournal(this RouteGroupBuilder shop) => shop.MapGet("/journal", async (HttpContext http, ShopJournal journal, CancellationToken token, Guid? avant = null) =>
        Page.Of<JournalPage, Model>(new Model(http.ProShop(), await journal.ReadAsync(http.ProShop().Id, avant, token), avant is not null)));

    internal static string Sentence(Entry entry, Ui ui)
    {
        var deed = ui["pro.journal.did" + (ui.Has("pro.journal.did." + entry.Action) ? "." + entry.Action : "")];
        return entry.Said is { } figure ? ui.T("pro.journal.figure", deed, Figure(figure, entry.Unit, ui)) : deed;
    }

    // As it was typed where it is no number: whoever typed it was refused.
    private static string Figure(string said, string? unit, Ui ui)
    {
        if (unit == Units.Euros)
        {
            return new ProductForm { Price = said }.PriceCents is { } cents ? ui.Money(cents) : said;
        }
        var sign = said is ['+' or '−', ..] ? said[..1] : "";
        return unit is null || !long.TryParse(string.Concat(said[sign.Length..].Where(c => !char.IsWhiteSpace(c))), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? said
            : sign + (unit == Units.Grams ? ui.Weight(number) : ui.Count("pro.journal.pieces", number));
    }

    /// <summary>The page of what it was about, and how that is called.</summary>
    internal static (string? Href, string Name, string? Reference)? Subject(Entry entry, string shop) => entry.Subject switch
    {
        null => null,
        var order when entry.Article is null && Guid.TryParse(order, out var id) => ($"/pro/{shop}/commandes/{id}", OrderReference.Of(new OrderId(id)), null),
        // What was not taken when it was to be made has no page.
        var sku => (entry is { Action: AssistantTrace.NewProduct, Outcome: "refused" } ? null : ProductSheet.Address(shop, sku), entry.Article ?? sku, entry.Article is null ? null : sku),
    };
}
