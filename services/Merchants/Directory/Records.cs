using Marketplace.Contracts;
using Marketplace.Contracts.Merchants;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Merchants.Slots;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Shops;

namespace Marketplace.Merchants.Directory;

/// <summary>Where goods are collected: a shop's counter or a point that several shops share.</summary>
/// <param name="Frozen">As an order keeps it.</param>
internal sealed record Place(PickupPlace Frozen, SlotCalendar Calendar)
{
    public string Slug => Frozen.Slug;
}

// The three are classes: a copy made by `with` would keep the calendar of the old hours.

internal sealed class PointRecord(string town, PickupPointDefinition definition, IReadOnlyList<ExceptionalHours> exceptions)
{
    public string Slug => Definition.Slug;

    public string Town { get; } = town;

    public PickupPointDefinition Definition { get; } = definition;

    public IReadOnlyList<ExceptionalHours> Exceptions { get; } = exceptions;

    public Place Place { get; } = new(
        new PickupPlace("shared", definition.Slug, definition.Name, definition.Street, definition.Postcode, definition.City, definition.Position, definition.Instructions),
        new SlotCalendar(new OpeningCalendar(definition.Hours, exceptions, PublicHolidays.RegionOf(definition.Postcode)), definition.Slots));
}

internal sealed class TownRecord(string slug, TownDefinition definition, IReadOnlyList<PointRecord> points)
{
    public string Slug { get; } = slug;

    /// <summary>Without its pickup points: they are <see cref="Points"/>.</summary>
    public TownDefinition Definition { get; } = definition;

    public IReadOnlyList<PointRecord> Points { get; } = points;

    public TownSearch Search { get; } = new(definition);
}

internal sealed class ShopRecord(ShopId id, IReadOnlyList<string> towns, string status, ShopDefinition definition, IReadOnlyList<ExceptionalHours> exceptions, long version)
{
    public ShopId Id { get; } = id;

    public string Slug => Definition.Slug;

    public IReadOnlyList<string> Towns { get; } = towns;

    public string Status { get; } = status;

    public bool IsPublished => Status == ShopStatus.Published;

    public ShopDefinition Definition { get; } = definition;

    public IReadOnlyList<ExceptionalHours> Exceptions { get; } = exceptions;

    public long Version { get; } = version;

    public Place Place { get; } = new(
        new PickupPlace("shop", definition.Slug, definition.Name, definition.Street, definition.Postcode, definition.City, definition.Position, null),
        new SlotCalendar(new OpeningCalendar(definition.Hours, exceptions, PublicHolidays.RegionOf(definition.Postcode)), definition.Slots));

    public ShopEntry Entry { get; } = new(id, definition.Slug, status, towns, definition.Name, definition.Kind, definition.Position, null);

    public ShopChanged ToFact() => new(Id, Version, Slug, Status, Towns, Definition.Name, Definition.Kind,
        Definition.Street, Definition.Postcode, Definition.City, Definition.Position, Definition.Phone, Definition.Email, Definition.Demo, Definition.KeepsPoint);
}

internal static class ShopStatus
{
    public const string Draft = "draft";
    public const string Published = "published";
    public const string Suspended = "suspended";

    /// <summary>A shop that was published and no longer is has been suspended, not drafted.</summary>
    public static string Of(bool published, string? before) => published ? Published : before is Published or Suspended ? Suspended : Draft;
}
