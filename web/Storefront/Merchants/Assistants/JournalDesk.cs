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
    public sealed record Entry(Guid EntryId, DateTimeOffset At, string? Name, string Action, string? Subject, string? Said, string? Outcome);

    public sealed record Entries(IReadOnlyList<Entry> Items, bool More);

    public sealed record Model(ProShop Shop, Entries Entries, bool Older);

    internal static void MapJournal(this RouteGroupBuilder shop) => shop.MapGet("/journal", async (HttpContext http, ShopJournal journal, CancellationToken token, Guid? avant = null) =>
        Page.Of<JournalPage, Model>(new Model(http.ProShop(), await journal.ReadAsync(http.ProShop().Id, avant, token), avant is not null)));

    internal static string Sentence(Entry entry, Ui ui)
    {
        var deed = ui["pro.journal.did" + (ui.Has("pro.journal.did." + entry.Action) ? "." + entry.Action : "")];
        return entry.Said is { } figure ? ui.T("pro.journal.figure", deed, figure) : deed;
    }

    /// <summary>The page of what it was about, and how that is called.</summary>
    internal static (string Href, string Name)? Subject(Entry entry, string shop) => entry.Subject switch
    {
        null => null,
        var order when Guid.TryParse(order, out var id) => ($"/pro/{shop}/commandes/{id}", OrderReference.Of(new OrderId(id))),
        var sku => (ProductSheet.Address(shop, sku), sku),
    };
}
