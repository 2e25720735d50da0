using Marketplace.Contracts;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Ordering.Erasure;

internal static class ErasureEndpoints
{
    internal static RouteGroupBuilder MapErasure(this RouteGroupBuilder api)
    {
        api.MapDelete("/people/{person}", async (PersonId person, ContactErasure erasure, CancellationToken token) =>
            {
                await erasure.LeaveAsync(person, token);
                return TypedResults.NoContent();
            })
            .RequireStorefront()
            .WithSummary("The person deleted the account: names, addresses, telephones and notes of ended orders are erased, those of open orders when they end. May be repeated.");
        return api;
    }
}
