using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Directory;
using Marketplace.Merchants.Shops;
using Marketplace.ServiceDefaults;

namespace Marketplace.Merchants.Towns;

internal static class TownWriting
{
    /// <summary>Makes the town what its definition says, pickup points included. Returns whether it is a new one; the same definition again writes nothing.</summary>
    public static async Task<bool> DefineAsync(DirectoryChange change, string slug, TownDefinition definition)
    {
        var before = change.Before.Towns.GetValueOrDefault(slug);
        var alone = definition with { PickupPoints = [] };
        if (before is not null && Stored.Write(before.Definition) == Stored.Write(alone)
            && Stored.Write(before.Points.Select(p => p.Definition)) == Stored.Write(definition.PickupPoints))
        {
            return false;
        }

        await change.WriteAsync(
            "insert into towns (slug, definition, changed) values (@slug, @definition::jsonb, @Version) on conflict (slug) do update set definition = excluded.definition, changed = excluded.changed",
            new { slug, definition = Stored.Write(alone), change.Version });
        foreach (var gone in (before?.Points ?? []).ExceptBy(definition.PickupPoints.Select(p => p.Slug), p => p.Slug))
        {
            // Its slug stays this town's: orders and slots bear it.
            await change.WriteAsync("delete from pickup_points where slug = @Slug", new { gone.Slug });
            if (change.Before.Shops.Values.FirstOrDefault(s => s.Definition.KeepsPoint == gone.Slug) is { } keeper)
            {
                // Else it would keep a point of the same slug that comes back, without anybody having said so.
                await ShopWriting.ChangeAsync(change, keeper.Slug, s => (s.Definition with { KeepsPoint = null }, s.Exceptions));
            }
        }

        foreach (var (point, ordinal) in definition.PickupPoints.Select((p, i) => (p, i)))
        {
            await WriteAsync(change, slug, point, ordinal);
            if (before?.Points.FirstOrDefault(p => p.Slug == point.Slug) is { } known && Stored.Write(known.Definition) != Stored.Write(point))
            {
                change.ScheduleDeadlines(point.Slug);
            }
        }

        TellShops(change, slug);
        return before is null;
    }

    /// <summary>When goods can be collected at a shared point is part of what is told of every shop that may bring them there.</summary>
    private static void TellShops(DirectoryChange change, string town)
    {
        foreach (var shop in change.Before.Shops.Values.Where(s => s.IsPublished && s.Towns.Contains(town)))
        {
            change.ScheduleOutlook(shop.Id);
        }
    }

    public static async Task<bool> SetExceptionsAsync(DirectoryChange change, string town, string point, IReadOnlyList<ExceptionalHours> exceptions)
    {
        if (change.Before.Points.GetValueOrDefault(point) is not { } known || known.Town != town)
        {
            throw TownEndpoints.UnknownPoint();
        }

        if (Stored.Write(known.Exceptions) != Stored.Write(exceptions))
        {
            await change.WriteAsync("update pickup_points set exceptions = @exceptions::jsonb where slug = @point", new { exceptions = Stored.Write(exceptions), point });
            await change.WriteAsync("update towns set changed = @Version where slug = @town", new { change.Version, town });
            change.ScheduleDeadlines(point);
            TellShops(change, town);
        }

        return true;
    }

    private static async Task WriteAsync(DirectoryChange change, string town, PickupPointDefinition point, int ordinal)
    {
        // Also one that is no longer there: its slots, with the places booked in them, bear its slug.
        await change.WriteAsync("insert into place_slugs (slug, kind, town) values (@Slug, 'point', @town) on conflict do nothing", new { point.Slug, town });
        if (await change.ReadAsync<string>("select town from place_slugs where slug = @Slug and kind = 'point'", new { point.Slug }) != town)
        {
            throw SlugTaken(point.Slug);
        }

        await change.WriteAsync(
            """
            insert into pickup_points (slug, town, definition, ordinal) values (@Slug, @town, @definition::jsonb, @ordinal)
            on conflict (slug) do update set town = excluded.town, definition = excluded.definition, ordinal = excluded.ordinal
            """,
            new { point.Slug, town, definition = Stored.Write(point), ordinal });
        await change.WriteAsync(Slots.SlotOccupancy.NewCapacity, new { place = point.Slug, capacity = point.Slots.Capacity, now = change.Now });
    }

    public static Refusal SlugTaken(string slug) =>
        new Refusal("slug-taken", StatusCodes.Status409Conflict, $"L’identifiant « {slug} » est déjà pris.", $"The slug “{slug}” is already taken.").With("slug", slug);
}
