using Marketplace.Storefront.Languages;

namespace Marketplace.Storefront.Merchants.Imports;

/// <summary>Words for what Catalog names by codes.</summary>
internal static class ImportWords
{
    internal static string Field(Ui ui, string field) => ui["pro.import.field." + field];

    /// <summary>What many lines have in common; the sentence of each says more.</summary>
    internal static string Reason(Ui ui, string reason) => ui.Has("pro.import.reason." + reason) ? ui["pro.import.reason." + reason] : ui["pro.import.reason.other"];
}
