using Marketplace.Contracts;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Joining;
using Marketplace.Merchants.Slots;
using Marketplace.Merchants.Towns;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Merchants.Shops;

/// <summary>Writes a shop with the facts that tell of it.</summary>
internal static class ShopWriting
{
    /// <summary>Returns whether the shop is new.</summary>
    /// <param name="caller">May change a shop that already is in towns only when they coordinate one of them.</param>
    public static async Task<bool> DefineAsync(DirectoryChange change, string town, ShopDefinition definition, Caller caller)
    {
        var before = change.Before.Shop(definition.Slug);
        if (!change.Before.Towns.ContainsKey(town))
        {
            throw TownEndpoints.UnknownTown();
        }

        if (before is null ? await IsPointAsync(change, definition.Slug) : !before.Towns.Any(caller.Coordinates))
        {
            throw TownWriting.SlugTaken(definition.Slug);
        }

        IReadOnlyList<string> towns = [.. (before?.Towns ?? []).Union([town]).Order(StringComparer.Ordinal)];
        definition = PointKeeping.Settle(change.Before, definition, towns, caller);
        await SaveAsync(change, before, new ShopRecord(before?.Id ?? ShopId.New(), towns,
            ShopStatus.Of(definition.Published, before?.Status), definition, before?.Exceptions ?? [], (before?.Version ?? 0) + 1));
        return before is null;
    }

    /// <summary>Changes part of a shop; the same again writes nothing.</summary>
    public static async Task<bool> ChangeAsync(DirectoryChange change, string slug, Func<ShopRecord, (ShopDefinition, IReadOnlyList<ExceptionalHours>)> how)
    {
        var before = change.Before.Shop(slug)!;
        var (definition, exceptions) = how(before);
        await SaveAsync(change, before, new ShopRecord(before.Id, before.Towns, ShopStatus.Of(definition.Published, before.Status), definition, exceptions, before.Version + 1));
        return true;
    }

    internal static async Task SaveAsync(DirectoryChange change, ShopRecord? before, ShopRecord shop)
    {
        if (before is { Status: ShopStatus.Draft })
        {
            var settled = await Publishing.SettleAsync(change, shop);
            shop = new ShopRecord(shop.Id, shop.Towns, ShopStatus.Of(settled.Published, before.Status), settled, shop.Exceptions, shop.Version);
        }
        else if (before is not null && shop.IsPublished && await Suspending.LastsAsync(change, before))
        {
            shop = new ShopRecord(shop.Id, shop.Towns, ShopStatus.Suspended, shop.Definition with { Published = false }, shop.Exceptions, shop.Version);
        }

        if (before is not null && before.Status == shop.Status && before.Towns.SequenceEqual(shop.Towns)
            && Stored.Write(before.Definition) == Stored.Write(shop.Definition) && Stored.Write(before.Exceptions) == Stored.Write(shop.Exceptions))
        {
            return;
        }

        await change.WriteAsync("insert into place_slugs (slug, kind) values (@Slug, 'shop') on conflict do nothing", new { shop.Slug });
        await change.WriteAsync(
            """
            insert into shops (id, slug, status, definition, exceptions, version, changed)
            values (@id, @Slug, @Status, @definition::jsonb, @exceptions::jsonb, @version, @changed)
            on conflict (id) do update set status = excluded.status, definition = excluded.definition, exceptions = excluded.exceptions,
                version = excluded.version, changed = excluded.changed
            """,
            new { id = shop.Id.Value, shop.Slug, shop.Status, definition = Stored.Write(shop.Definition), exceptions = Stored.Write(shop.Exceptions), version = shop.Version, changed = change.Version });
        await change.WriteAsync("insert into shop_towns (shop_id, town) select @id, unnest(@towns) on conflict do nothing", new { id = shop.Id.Value, towns = shop.Towns.ToArray() });
        if (before is not null && before.Definition.Slots.Capacity != shop.Definition.Slots.Capacity)
        {
            await change.WriteAsync(SlotOccupancy.NewCapacity, new { place = shop.Slug, capacity = shop.Definition.Slots.Capacity, now = change.Now });
        }

        change.Append($"shop-{shop.Id}", shop.ToFact());
        change.ScheduleOutlook(shop.Id);
        if (before is not null && HoursOf(before) != HoursOf(shop))
        {
            change.ScheduleDeadlines(shop.Slug);
        }
    }

    // The postcode too: it says whose public holidays are kept.
    private static string HoursOf(ShopRecord shop) =>
        Stored.Write(shop.Definition.Hours) + Stored.Write(shop.Definition.Slots) + Stored.Write(shop.Exceptions) + shop.Definition.Postcode;

    // Also one that is no longer there: its slots, with the places booked in them, bear its slug.
    private static async Task<bool> IsPointAsync(DirectoryChange change, string slug) =>
        await change.ReadAsync<string>("select kind from place_slugs where slug = @slug", new { slug }) == "point";
}
