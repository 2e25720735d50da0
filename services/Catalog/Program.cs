using Marketplace.Catalog;
using Marketplace.Catalog.Batches;
using Marketplace.Catalog.Importing;
using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Photos;
using Marketplace.Catalog.Stock;
using Marketplace.Catalog.StockCounts;
using Marketplace.Catalog.StockFeeds;
using Marketplace.Catalog.Wanted;
using Marketplace.EventStore;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Limits;
using Marketplace.ServiceDefaults.Shops;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("catalog");
builder.AddCallerLimits();
builder.AddDatabase(typeof(Program).Assembly);
builder.AddShopDirectory();
builder.Services.AddEventLog(CatalogPublications.Types(), log => log.Publication<CatalogPublications>().DueWork<OverdueHolds>().DueWork<ImportWork>().DueWork<StockFeedWork>().DueWork<StockLimitsWork>().DueWork<Assortments>().DueWork<OfferPhotos>().DueWork<ReductionEnds>().DueWork<WantedErasure>());
builder.AddOfferDisplay();
builder.AddOffers();
builder.AddStock();
builder.AddStockCounts();
builder.AddImports();
builder.AddStockFeeds();
builder.AddBus("catalog", bus =>
{
    bus.AddConsumer<ShopDirectoryConsumer>();
    bus.AddStockConsumers();
});

var app = builder.Build();
app.MapServiceDefaults();
var api = app.MapApi().WithSlashesInSkus();
api.MapOfferReads();
api.MapOfferWrites();
api.MapPhotos();
api.MapKnownProducts();
api.MapCategories();
api.MapRanking();
api.MapStock();
api.MapStockLimits();
api.MapBatches();
api.MapStockCounts();
api.MapStockFeeds();
api.MapImports();
api.MapWanted();
app.Run();
