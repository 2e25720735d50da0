using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.ServiceDefaults;

namespace Marketplace.Merchants.Joining;

/// <summary>A shop that asked to come in is published the moment it is approved and complete, and not before, whoever says so.</summary>
internal static class Publishing
{
    /// <summary>Whether the draft is published with this change; a shop that the town put in place itself stays what its definition says.</summary>
    public static async Task<ShopDefinition> SettleAsync(DirectoryChange change, ShopRecord shop)
    {
        var definition = shop.Definition;
        if (await change.ReadAsync<ApplicationRow>(ApplicationRow.Select + " where a.shop_id = @shop", new { shop = shop.Id.Value }) is not { } application)
        {
            return definition;
        }

        if (application.State == ApplicationRow.Approved && Checklist.IsComplete(definition, application.Terms, application.Offers))
        {
            await Letters.ToOwnersAsync(change, shop, "published", null);
            return definition with { Published = true };
        }

        return definition.Published ? throw NotYet(definition, application) : definition;
    }

    private static Refusal NotYet(ShopDefinition definition, ApplicationRow application) =>
        new Refusal("not-publishable", StatusCodes.Status409Conflict,
            "Cette boutique a fait une demande : elle est publiée quand la demande est acceptée et que rien ne manque plus.",
            "This shop applied: it is published once its application is approved and nothing is missing.")
            .With("application", application.State)
            .With("missing", Checklist.Of(definition, application.Terms, application.Offers).Where(item => !item.Done).Select(item => item.Name).ToArray());
}
