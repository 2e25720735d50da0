using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Contracts.Ordering.Api;

namespace Marketplace.Local.Demo;

// The files of infra/demo as they are written; its README.md tells the format.
internal sealed record DemoTown(string Slug, string Name, Text Intro, string Accent, Position Position, IReadOnlyList<TownCommune> Communes,
    TownOperator Operator, IReadOnlyList<DemoPickupPoint> PickupPoints, IReadOnlyList<Text> News, SetCommission? Commission = null);

internal sealed record DemoPickupPoint(string Slug, string Name, string Street, string Postcode, string City, Position Position,
    string? Instructions, IReadOnlyList<DemoDay> Hours, int SlotMinutes, int Capacity);

internal sealed record DemoDay(int Day, IReadOnlyList<IReadOnlyList<string>> Blocks);

internal sealed record DemoSlots(int Minutes, int Capacity, int LeadMinutes, string? CutOff, int? HoldOpeningDays);

internal sealed record DemoShop(string Slug, string Town, string Name, string Kind, string ActivityCode, string Siret, string? LegalForm, string? VatNumber,
    bool VatExempt, string Street, string Postcode, string City, Position Position, string? Phone, string? Email, Text Description, string Owner,
    IReadOnlyList<DemoDay> Hours, DemoSlots Slots, bool Demo, bool Fed = false, string? KeepsPoint = null,
    IReadOnlyList<DemoBatches>? Batches = null);

internal sealed record DemoBatches(string Sku, IReadOnlyList<WeeklyBatch> Week);

internal sealed record DemoCategory(string Slug, Text Name, string? Parent, decimal DefaultVatRate, bool Food, bool Perishable, string Drawing, bool Alcohol = false);

internal sealed record DemoPeople(IReadOnlyList<DemoPerson> Residents, IReadOnlyList<DemoPerson> Coordinators);

internal sealed record DemoPerson(string Email, string Name, string Town, string? Language);

/// <summary>The demo's data as it lies in the checkout.</summary>
internal sealed class DemoFiles
{
    private static readonly string Folder = Path.Combine(Checkout.Root, "infra", "demo");

    public IReadOnlyList<DemoTown> Towns { get; } = Read<IReadOnlyList<DemoTown>>("towns.json");

    public IReadOnlyList<DemoShop> Shops { get; } = Read<IReadOnlyList<DemoShop>>("shops.json");

    public IReadOnlyList<DemoCategory> Categories { get; } = Read<IReadOnlyList<DemoCategory>>("categories.json");

    public DemoPeople People { get; } = Read<DemoPeople>("accounts.json");

    public static string OffersOf(string shop) => Path.Combine(Folder, "offers", $"{shop}.csv");

    /// <summary>What a file holds now: a part of the demo is loaded again only when its file changed.</summary>
    public static string Fingerprint(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))[..16];

    public static string FingerprintOf(object part) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(part)))[..16];

    private static T Read<T>(string name) =>
        JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine(Folder, name)), JsonSerializerOptions.Web)
        ?? throw new DemoRefusedException($"infra/demo/{name} is empty.");
}
