namespace Marketplace.Storefront.Pages;

/// <summary>After a post: 303, so that the browser asks the next page with GET and reloading it sends nothing again.</summary>
internal sealed class SeeOther(string href) : IResult
{
    public string Href { get; } = href;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = Href;
        return Task.CompletedTask;
    }
}
