using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Storefront.Pages;

/// <summary>
/// A page is an endpoint that has everything before rendering starts, and a component that shows it: the status, the redirect and
/// the cache are decided where HTTP is, the markup never waits.
/// </summary>
internal static class Page
{
    /// <summary>A page that derives from <see cref="PageOf{TModel}"/>.</summary>
    public static IResult Of<TPage, TModel>(TModel model, int status = StatusCodes.Status200OK) where TPage : PageOf<TModel> =>
        Of<TPage>(new Dictionary<string, object?>(1) { ["Model"] = model }, status);

    public static IResult Of<TPage>(IReadOnlyDictionary<string, object?> parameters, int status = StatusCodes.Status200OK) where TPage : IComponent =>
        new RazorComponentResult<TPage>(parameters) { StatusCode = status, PreventStreamingRendering = true };
}

/// <summary>Base of the pages: what they show.</summary>
public abstract class PageOf<TModel> : ComponentBase
{
    [Parameter, EditorRequired] public TModel Model { get; set; } = default!;
}
