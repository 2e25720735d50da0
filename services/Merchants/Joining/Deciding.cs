using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Shops;
using Marketplace.ServiceDefaults;

namespace Marketplace.Merchants.Joining;

/// <summary>The town's coordination takes a shop in, or says why not. Of two decisions the first stands, and the second learns so.</summary>
internal static class Deciding
{
    public static async Task<bool> DecideAsync(DirectoryChange change, string slug, ApplicationDecision decision, string? reason)
    {
        var shop = change.Before.Shop(slug)!;
        var row = await change.ReadAsync<ApplicationRow>(ApplicationRow.Select + " where a.shop_id = @shop", new { shop = shop.Id.Value })
            ?? throw Refusal.NotFound("application", "Cette boutique n’a pas fait de demande.", "This shop has not applied.");
        var state = decision.Approved ? ApplicationRow.Approved : ApplicationRow.Refused;
        if (row.State == state && row.Reason == reason && row.Version == decision.Version + 1)
        {
            return false; // the button pressed twice
        }

        if (row.State != ApplicationRow.Pending)
        {
            throw new Refusal("already-decided", StatusCodes.Status409Conflict,
                "Quelqu’un a déjà répondu à cette demande.", "Somebody has already answered this application.").With("application", row.State);
        }

        if (row.Version != decision.Version)
        {
            throw new Refusal("application-changed", StatusCodes.Status409Conflict,
                "La boutique a corrigé sa demande entre-temps : relisez-la.", "The shop has corrected its application meanwhile: read it again.");
        }

        await change.WriteAsync("update applications set state = @state, reason = @reason, decided_at = @Now, version = version + 1 where shop_id = @shop",
            new { state, reason, change.Now, shop = shop.Id.Value });
        await Letters.ToOwnersAsync(change, shop, state, reason);
        return await ShopWriting.ChangeAsync(change, slug, s => (s.Definition, s.Exceptions));
    }
}
