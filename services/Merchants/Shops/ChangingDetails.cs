using Marketplace.Contracts.Merchants.Api;
using Marketplace.EventStore;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Slots;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using NodaTime;

namespace Marketplace.Merchants.Shops;

/// <summary>
/// What a shop's owner changes of it without asking anybody: what residents read of it, where it is and how it is reached. By the rules of an application.
/// Who sells there, by law, is the coordination's to change (<c>PUT /shops/{shop}</c>).
/// </summary>
internal static class ChangingDetails
{
    public static RouteGroupBuilder MapDetails(this RouteGroupBuilder api)
    {
        api.MapPut("/shops/{shop}/details", PutAsync).RequireShop(ApiKeyEndpoints.PeopleOnly, ShopRole.Owner).ReadsIfMatch("the shop").AnswersETag()
            .WithSummary("What residents read of the shop, where it is and how it is reached. All that is wrong is told at once. If-Match (the shop’s version) is optional; the same again changes nothing, whichever version was seen.");
        return api;
    }

    private static async Task<Shop> PutAsync(HttpContext context, DirectoryChanges changes, ShopViews views, string shop, ShopDetails details, CancellationToken token)
    {
        var expected = ETags.Expected(context.Request);
        var clean = details with
        {
            Kind = details.Kind.Trim(),
            Street = details.Street.Trim(),
            Postcode = details.Postcode.Trim(),
            City = details.City.Trim(),
            Phone = details.Phone.Trim(),
            Email = string.IsNullOrWhiteSpace(details.Email) ? null : details.Email.Trim(),
        };
        await changes.RunAsync(change => ChangeAsync(change, shop, clean, expected), token);
        var shown = await views.ShowAsync(shop, token);
        context.Response.Headers.ETag = ETags.Of(shown.Version);
        return shown;
    }

    private static async Task<bool> ChangeAsync(DirectoryChange change, string slug, ShopDetails details, long? expected)
    {
        var before = change.Before.Shop(slug)!;
        Check(change, before, details);
        var definition = before.Definition with
        {
            Kind = details.Kind,
            Description = details.Description,
            Street = details.Street,
            Postcode = details.Postcode,
            City = details.City,
            Position = details.Position,
            Phone = details.Phone,
            Email = details.Email,
        };
        if (Stored.Write(definition) == Stored.Write(before.Definition))
        {
            return false; // the button pressed twice
        }

        if (expected is not null && expected != before.Version)
        {
            throw new ConcurrencyException($"shop-{before.Id}");
        }

        // Whoever decides about an application has read what stands there now.
        await change.WriteAsync("update applications set version = version + 1 where shop_id = @shop and state = 'pending'", new { shop = before.Id.Value });
        return await ShopWriting.ChangeAsync(change, slug, s => (definition, s.Exceptions));
    }

    // What the town took in stays good: where a shop stands is judged when it moves, and one that never had an address for mails is not asked for one with its new telephone number.
    private static void Check(DirectoryChange change, ShopRecord before, ShopDetails details)
    {
        var towns = before.Towns.Select(t => change.Before.Towns[t]).ToList();
        var today = Paris.DateOf(Instant.FromDateTimeOffset(change.Now)).ToDateOnly();
        ShopRules.CheckAll(
        [
            .. ShopRules.RulesOf(details),
            () => ShopRules.CheckPhone(details.Phone),
            () =>
            {
                if (details.Email is null && before.Definition.Email is not null)
                {
                    ShopRules.CheckEmail("");
                }
            },
            () =>
            {
                if (details.Postcode != before.Definition.Postcode)
                {
                    Whereabouts.CheckPostcode(towns, details.Postcode, today);
                }
            },
            () =>
            {
                if (details.Position != before.Definition.Position)
                {
                    Whereabouts.CheckPosition(towns, details.Position);
                }
            },
        ]);
    }
}
