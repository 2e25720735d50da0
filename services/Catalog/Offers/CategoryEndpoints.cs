using Marketplace.Catalog.Display;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Npgsql;

namespace Marketplace.Catalog.Offers;

internal static class CategoryEndpoints
{
    private const int MostCategories = 2000;

    internal static void MapCategories(this RouteGroupBuilder api)
    {
        api.MapGet("/categories", (OfferDisplay display) => display.Categories.All).AllowAnyone();
        api.MapGet("/selling-rules", (OfferDisplay display, TimeProvider clock) => new SellingRules(VatRates.On(Day.In(clock.GetUtcNow())), Allergens.All, display.Categories.Rules)).AllowAnyone();
        api.MapPut("/categories", PutAsync).RequireOperator().Produces<IReadOnlyList<Category>>();
    }

    private static async Task<IReadOnlyList<Category>> PutAsync(CategoryDefinition[] tree, NpgsqlDataSource database, OfferDisplay display, TimeProvider clock, CancellationToken token)
    {
        if (tree.Length is 0 or > MostCategories)
        {
            throw Refusal.Invalid("batch-size", $"L’arbre porte de 1 à {MostCategories} catégories.", $"The tree holds 1 to {MostCategories} categories.");
        }

        var today = Day.In(clock.GetUtcNow());
        var fault = CategoryTree.FaultOf(tree)
            ?? (Array.Find(tree, c => !VatRates.Holds(c.DefaultVatRate, today)) is { } odd
                ? CategoryTree.Wrong($"{odd.DefaultVatRate} n’est pas un taux de TVA en vigueur ({odd.Slug}).", $"{odd.DefaultVatRate} is not a VAT rate in force ({odd.Slug}).")
                : null);
        if (fault is not null)
        {
            throw fault.ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }

        if (!await CategoryTables.ReplaceAsync(database, tree, token))
        {
            throw new Refusal("category-in-use", StatusCodes.Status409Conflict,
                "Des offres se trouvent dans une catégorie qui disparaîtrait ; déplacez-les d’abord.", "Offers stand in a category that would disappear; move them first.");
        }

        display.SetCategories(new CategoryTree(tree));
        return display.Categories.All;
    }
}
