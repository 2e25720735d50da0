namespace Marketplace.Storefront.Accounts.Tokens;

internal static class JwksEndpoint
{
    /// <summary>The public keys by which the services check the storefront's tokens.</summary>
    public static async Task<IResult> AnswerAsync(SigningKeys keys, HttpContext http)
    {
        http.Response.Headers.CacheControl = "public, max-age=300";
        var published = await keys.PublishedAsync(http.RequestAborted);
        return Results.Json(new { keys = published.Select(k => new { kty = k.Kty, crv = k.Crv, use = k.Use, alg = k.Alg, kid = k.Kid, x = k.X, y = k.Y }) });
    }
}
