using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.People;
using Marketplace.Merchants.Shops;
using Marketplace.Merchants.Slots;
using Marketplace.Merchants.Towns;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Marketplace.Merchants.Joining;

/// <summary>A shop's way in: it asks, the town's coordination decides, and it is published once nothing is missing.</summary>
internal static class ApplicationEndpoints
{
    public static RouteGroupBuilder MapApplications(this RouteGroupBuilder api)
    {
        api.MapPost("/towns/{town}/applications", ApplyAsync).RequirePersonOrOperator()
            .WithSummary("Asks for a shop to come in: it is there as a draft, owned by who asks (asked by the operator: by who has the shop’s address). Sent again by its owner it corrects what waits, or asks anew after a refusal.");
        api.MapGet("/towns/{town}/applications", ListAsync).RequireTown();
        api.MapGet("/shops/{shop}/opening", OpeningAsync).RequireShop(ApiKeyEndpoints.PeopleOnly, ShopRole.ReadOnly, coordinators: true);
        api.MapPost("/shops/{shop}/application/decision", DecideAsync).RequireCoordinatorOfShop();
        return api;
    }

    private static async Task<Results<Created<ShopOpening>, Ok<ShopOpening>>> ApplyAsync(
        HttpContext context, LocalDirectory directory, DirectoryChanges changes, Applications applications, IClock clock, string town, ShopApplication application, CancellationToken token)
    {
        var into = directory.Now.Towns.GetValueOrDefault(town) ?? throw TownEndpoints.UnknownTown();
        var asked = Applying.Check(application, into, Paris.DateOf(clock.GetCurrentInstant()).ToDateOnly());
        var applicant = Emails.Normalise(new Caller(context.User).Email ?? asked.Email); // the operator asks for whoever reads the shop's mail
        var (slug, isNew) = await changes.RunAsync(change => Applying.ApplyAsync(change, town, asked, applicant), token);
        var opening = await applications.OfAsync(directory.Now.Shop(slug)!.Id, token);
        return isNew ? TypedResults.Created($"/api/v1/shops/{slug}/opening", opening) : TypedResults.Ok(opening);
    }

    private static Task<IReadOnlyList<PendingApplication>> ListAsync(LocalDirectory directory, Applications applications, string town, CancellationToken token) =>
        directory.Now.Towns.ContainsKey(town) ? applications.WaitingAsync(town, token) : throw TownEndpoints.UnknownTown();

    private static Task<ShopOpening> OpeningAsync(HttpContext context, Applications applications, CancellationToken token) => applications.OfAsync(context.GetShop().Id, token);

    private static async Task<ShopOpening> DecideAsync(HttpContext context, DirectoryChanges changes, Applications applications, ApplicationDecision decision, CancellationToken token)
    {
        var reason = decision.Approved ? null : Reasons.Check(decision.Reason);
        await changes.RunAsync(change => Deciding.DecideAsync(change, context.GetShop().Slug, decision, reason), token);
        return await applications.OfAsync(context.GetShop().Id, token);
    }
}
