namespace Marketplace.Storefront.Residents.Towns;

/// <summary>A shop and its goods are shown under the towns it stands in, and under no other.</summary>
internal static class OwnTown
{
    /// <summary>The town under whose address it belongs: the one asked for where that is right, else its first. Null when it stands in none.</summary>
    internal static string? Of(IReadOnlyList<string> towns, string asked) => towns.Contains(asked) ? asked : towns is [var first, ..] ? first : null;
}
