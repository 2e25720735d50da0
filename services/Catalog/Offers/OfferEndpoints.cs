using Marketplace.Catalog.Display;
using Marketplace.Catalog.Stock;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Catalog.Offers;

/// <summary>What a shop does with its offers.</summary>
internal static class OfferEndpoints
{
    internal const int MostOffers = 500;
    private const int BatchBytes = 4 * 1024 * 1024;

    internal static void MapOfferWrites(this RouteGroupBuilder api)
    {
        var offers = api.MapGroup("/shops/{shop}/offers");
        offers.MapPut("/{sku}", PutAsync).RequireShop("offers:write", ShopRole.Staff).ReadsIfMatch("the offer").ReadsIfNoneMatch("an offer").AnswersETag().Produces<Offer>().Produces<Offer>(StatusCodes.Status201Created);
        offers.MapDelete("/{sku}", ArchiveAsync).RequireShop("offers:write", ShopRole.Staff).Produces(StatusCodes.Status204NoContent);
        offers.MapGet("/{sku}", SheetAsync).RequireShop("offers:read", ShopRole.ReadOnly).AnswersETag().Produces<OfferSheet>();
        offers.MapPut("/{sku}/status", PutStatusAsync).RequireShop("offers:write", ShopRole.Staff).Produces<MerchantOffer>();
        offers.MapPost("/", PostAsync).RequireShop("offers:write", ShopRole.Staff).Produces<BatchAnswer>().WithMetadata(new RequestSizeLimitAttribute(BatchBytes));
        offers.MapGet("/", ListAsync).RequireShop("offers:read", ShopRole.ReadOnly).Produces<MerchantOfferPage>();
    }

    private static async Task<IResult> PutAsync(string sku, OfferDefinition definition, HttpContext context, OfferDisplay display, OfferUpsert upsert, ShopOffers shopOffers,
        TimeProvider clock, CancellationToken token)
    {
        if (definition.Sku != sku)
        {
            throw Refusal.Invalid("sku-invalid", "La référence de l’adresse et celle de l’offre diffèrent.", "The sku in the address and the one in the offer differ.");
        }

        var now = clock.GetUtcNow();
        var (offer, fault) = OfferRules.Check(definition, display.Categories, Day.In(now));
        if (offer is null)
        {
            throw fault!.ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }

        // One offer is taken whole or not at all: a figure that cannot stand undoes the rest before it is committed.
        var onlyNew = context.Request.Headers.IfNoneMatch.ToString() == "*";
        var result = (await upsert.ApplyAsync(context.GetShop(), [offer with { Seen = ETags.Expected(context.Request) }], CountingRules.Of(context, null, now, false), (_, results) =>
        {
            if (onlyNew && results[0] is { Effect: not UpsertEffect.Added, Fault: not { Reason: Variants.Taken or Prepacking.UnsaidReason } })
            {
                throw new Refusal("sku-taken", StatusCodes.Status412PreconditionFailed, $"La référence « {offer.Sku} » est déjà celle d’une autre offre.", $"The reference “{offer.Sku}” is another offer’s already.");
            }

            if (results[0].Fault is { } fault)
            {
                throw fault.ToRefusal(fault.Reason is Reductions.NotReducedReason or Prepacking.UnsaidReason or Prepacking.NetMissingReason ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status409Conflict);
            }
        }, token))[0];
        // A shop that is not published yet prepares its offers unseen; its staff still sees what it did.
        var shown = (object?)OfferAnswers.Details(display, new(result.OfferId), now) ?? await shopOffers.FindAsync(context.GetShop(), offer.Sku, token);
        context.Response.Headers.ETag = ETags.Of(result.Version);
        return result.Effect == UpsertEffect.Added
            ? Results.Json(shown, statusCode: StatusCodes.Status201Created)
            : Results.Json(shown);
    }

    private static async Task<BatchAnswer> PostAsync(OfferDefinition[] definitions, HttpContext context, OfferDisplay display, OfferUpsert upsert, TimeProvider clock, CancellationToken token)
    {
        if (definitions.Length is 0 or > MostOffers)
        {
            throw Refusal.Invalid("batch-size", $"Un envoi porte de 1 à {MostOffers} offres.", $"A batch holds 1 to {MostOffers} offers.");
        }

        var now = clock.GetUtcNow();
        var (today, english) = (Day.In(now), context.PrefersEnglish());
        var rejected = new List<BatchAnswer.Rejection>();
        var good = new List<(int Index, CheckedOffer Offer)>();
        var skus = new HashSet<string>();
        for (var index = 0; index < definitions.Length; index++)
        {
            var (offer, fault) = OfferRules.Check(definitions[index], display.Categories, today);
            fault ??= skus.Add(offer!.Sku) ? null : StockCount.Duplicate();
            if (fault is null)
            {
                good.Add((index, offer!));
            }
            else
            {
                rejected.Add(fault.At(index, english));
            }
        }

        if (good.Count > 0)
        {
            var results = await upsert.ApplyAsync(context.GetShop(), good.ConvertAll(g => g.Offer), CountingRules.Of(context, null, now, false), null, token);
            rejected.AddRange(good.Zip(results).Where(r => r.Second.Fault is not null).Select(r => r.Second.Fault!.At(r.First.Index, english)));
        }

        return new BatchAnswer(definitions.Length - rejected.Count, [.. rejected.OrderBy(r => r.Index)]);
    }

    private static async Task<IResult> ArchiveAsync(string sku, HttpContext context, ShopOffers offers, CancellationToken token) =>
        await offers.SetStatusAsync(context.GetShop(), sku, OfferRules.Archived, token) ? Results.NoContent() : throw OfferAnswers.Unknown();

    private static async Task<OfferSheet> SheetAsync(string sku, HttpContext context, ShopOffers offers, CancellationToken token)
    {
        var sheet = await offers.SheetAsync(context.GetShop(), sku, token) ?? throw OfferAnswers.Unknown();
        context.Response.Headers.ETag = ETags.Of(sheet.Version);
        return sheet;
    }

    private static async Task<MerchantOffer> PutStatusAsync(string sku, OfferStatus wanted, HttpContext context, ShopOffers offers, CancellationToken token)
    {
        if (wanted.Status is not (OfferRules.Draft or OfferRules.Active or OfferRules.Archived))
        {
            throw OfferRules.StatusUnknown(wanted.Status).ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }

        return await offers.SetStatusAsync(context.GetShop(), sku, wanted.Status, token) ? (await offers.FindAsync(context.GetShop(), sku, token))! : throw OfferAnswers.Unknown();
    }

    private static async Task<MerchantOfferPage> ListAsync(string? q, string? status, string? group, int? page, int? pageSize, HttpContext context, ShopOffers offers, CancellationToken token)
    {
        var (number, size) = OfferReads.Paging(page, pageSize, 50);
        if (!string.IsNullOrEmpty(status) && status is not (OfferRules.Draft or OfferRules.Active or OfferRules.Archived))
        {
            throw OfferRules.StatusUnknown(status).ToRefusal(StatusCodes.Status422UnprocessableEntity);
        }

        return await offers.ListAsync(context.GetShop(), q, status, group, number, size, token);
    }
}
