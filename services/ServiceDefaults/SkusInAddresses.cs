using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.ServiceDefaults;

/// <summary>Addresses whose <c>{sku}</c> is a shop's own reference, which may hold a slash.</summary>
public static class SkusInAddresses
{
    /// <summary>Routing leaves <c>%2F</c> as it is, since a slash ends a segment; the handlers get what was meant.</summary>
    public static RouteGroupBuilder WithSlashesInSkus(this RouteGroupBuilder group) => group.AddEndpointFilter((context, next) =>
    {
        if (context.HttpContext.Request.RouteValues["sku"] is string sku && sku.Contains("%2F", StringComparison.OrdinalIgnoreCase))
        {
            for (var i = 0; i < context.Arguments.Count; i++)
            {
                context.Arguments[i] = context.Arguments[i] is string given && given == sku ? sku.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) : context.Arguments[i];
            }
        }

        return next(context);
    });
}
