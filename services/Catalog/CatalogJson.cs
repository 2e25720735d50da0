using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Catalog.Offers;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog;

/// <summary>Every JSON shape of this service, its code generated: the API's, the log's, and what is handed to SQL.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Offer))]
[JsonSerializable(typeof(OfferPage))]
[JsonSerializable(typeof(IReadOnlyList<OfferSummary>))]
[JsonSerializable(typeof(IReadOnlyList<Category>))]
[JsonSerializable(typeof(CategoryDefinition[]))]
[JsonSerializable(typeof(IReadOnlyList<Suggestion>))]
[JsonSerializable(typeof(OfferDefinition[]))]
[JsonSerializable(typeof(MerchantOfferPage))]
[JsonSerializable(typeof(OfferSheet))]
[JsonSerializable(typeof(WeeklyBatch[]))]
[JsonSerializable(typeof(long[][]))]
[JsonSerializable(typeof(ShopBatch))]
[JsonSerializable(typeof(ShopBatchList))]
[JsonSerializable(typeof(BatchQuantity))]
[JsonSerializable(typeof(OfferStatus))]
[JsonSerializable(typeof(UsedVariants))]
[JsonSerializable(typeof(KnownProduct))]
[JsonSerializable(typeof(SellingRules))]
[JsonSerializable(typeof(StockLine[]))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(StockAdjustment))]
[JsonSerializable(typeof(StockLimits))]
[JsonSerializable(typeof(OfferSafety))]
[JsonSerializable(typeof(StockAccount))]
[JsonSerializable(typeof(StockCountList))]
[JsonSerializable(typeof(CountScan))]
[JsonSerializable(typeof(List<CountedArticle>))]
[JsonSerializable(typeof(StockMovementPage))]
[JsonSerializable(typeof(WantedWhileOut[]))]
[JsonSerializable(typeof(WantedOffers))]
[JsonSerializable(typeof(StockFeedDefinition))]
[JsonSerializable(typeof(StockFeed))]
[JsonSerializable(typeof(StockFeedTrial))]
[JsonSerializable(typeof(StockFeedRun))]
[JsonSerializable(typeof(IReadOnlyList<StockFeedRun>))]
[JsonSerializable(typeof(RankingFormula))]
[JsonSerializable(typeof(StockHeld))]
[JsonSerializable(typeof(StockHoldRefused))]
[JsonSerializable(typeof(StockHoldExpired))]
[JsonSerializable(typeof(ShopAssortmentCounted))]
[JsonSerializable(typeof(BatchMoved))]
[JsonSerializable(typeof(List<EarlyRelease>))]
[JsonSerializable(typeof(List<OfferUpsert.Row>))]
internal sealed partial class CatalogJson : JsonSerializerContext
{
    /// <summary>As it goes out: French letters as themselves, for it is JSON and never pasted into HTML unescaped.</summary>
    internal static CatalogJson Plain { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
