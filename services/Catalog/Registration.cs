using Marketplace.Catalog.Batches;
using Marketplace.Catalog.Display;
using Marketplace.Catalog.Exporting;
using Marketplace.Catalog.Importing;
using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Photos;
using Marketplace.Catalog.Search;
using Marketplace.Catalog.Stock;
using Marketplace.Catalog.StockCounts;
using Marketplace.Catalog.StockFeeds;
using Marketplace.ServiceDefaults;
using MassTransit;

namespace Marketplace.Catalog;

/// <summary>What each capability needs.</summary>
internal static class Registration
{
    internal static void AddOfferDisplay(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => SynonymsOf(builder.Configuration["Search:SynonymsFile"]));
        builder.Services.AddSingleton<OfferIndex>();
        builder.Services.AddSingleton<ShopViews>();
        builder.Services.AddSingleton<OfferDisplay>();
        builder.Services.AddSingleton<ChangeHints>();
        builder.Services.AddHostedService(s => s.GetRequiredService<ChangeHints>());
        builder.Services.AddSingleton<DisplayFeed>();
        builder.Services.AddHostedService(s => s.GetRequiredService<DisplayFeed>());
        builder.Services.AddHealthChecks().AddCheck<DisplayFeed>("offers", tags: ["ready"]);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, CatalogJson.Default));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(1, ImportJson.Default));
    }

    // The shipped list, and a town's own beside it.
    private static Synonyms SynonymsOf(string? file)
    {
        if (string.IsNullOrEmpty(file))
        {
            return Synonyms.Shipped;
        }

        using var more = File.OpenText(file);
        return Synonyms.ShippedAnd(more);
    }

    internal static void AddOffers(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OfferUpsert>();
        builder.Services.AddSingleton<ShopOffers>();
        builder.Services.AddSingleton<PhotoMaking>();
        builder.Services.AddSingleton<OfferPhotos>();
    }

    internal static void AddImports(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ImportTables>();
        builder.Services.AddSingleton<ImportReading>();
        builder.Services.AddSingleton<ImportMappings>();
        builder.Services.AddSingleton<ImportPreviews>();
        builder.Services.AddSingleton<KnownOffers>();
        builder.Services.AddSingleton<OfferExport>();
        builder.Services.AddSingleton<RejectedLines>();
    }

    internal static void AddStock(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StockDesk>();
        builder.Services.AddSingleton<CountWrites>();
        builder.Services.AddSingleton<PutStock>();
        builder.Services.AddSingleton<AdjustStock>();
        builder.Services.AddSingleton<KeepBack>();
        builder.Services.AddSingleton<BatchDesk>();
    }

    internal static void AddStockCounts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StockCountDesk>();
        builder.Services.AddSingleton<ApplyStockCount>();
    }

    internal static void AddStockFeeds(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StockFeedTables>();
        builder.Services.AddSingleton<StockFeedDesk>();
        builder.Services.AddSingleton<StockSoftware>();
        // No logger: the address names the shop's establishment, and nothing of a foreign answer belongs in a log.
        builder.Services.AddHttpClient(StockSoftware.Client, http =>
        {
            http.Timeout = builder.Configuration.GetValue("StockFeeds:Timeout", TimeSpan.FromSeconds(60));
            http.MaxResponseContentBufferSize = StockSoftware.MostBytes;
        }).RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(() => PublicAddressHandler.Create(PublicAddressHandler.AllowsPrivate(builder.Configuration, builder.Environment)));
    }

    internal static void AddStockConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ReserveStockConsumer>();
        bus.AddConsumer<ConfirmStockConsumer>();
        bus.AddConsumer<ReleaseStockConsumer>();
        bus.AddConsumer<IssueStockConsumer>();
    }
}
