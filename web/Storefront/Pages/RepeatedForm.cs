namespace Marketplace.Storefront.Pages;

/// <summary>A form that failed, as a page carries it to be sent again.</summary>
public sealed record RepeatedForm(string Words, string Action, IReadOnlyList<(string Name, string Value)> Fields);
