using System.Globalization;
using Marketplace.Contracts;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Contracts.Merchants.Api;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Clients;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Hours;
using Marketplace.Storefront.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.Batches;

/// <summary><c>/pro/{shop}/fournees</c>: the coming batches with what is ordered of each, and how many are made of one on its day.</summary>
public static class ComingBatches
{
    public sealed record Form
    {
        public string? Offer { get; set; }

        /// <summary>The batch's instant, as the service names it.</summary>
        public string? At { get; set; }

        /// <summary>Nothing: as planned.</summary>
        public string? Quantity { get; set; }
    }

    /// <param name="Wrong">What is wrong with the quantity that was typed.</param>
    /// <param name="Saved">The batch that was just changed.</param>
    public sealed record Model(ProShop Shop, IReadOnlyList<ShopBatch> Batches, Form Typed, string? Wrong, ShopBatch? Saved, Shop? Now)
    {
        /// <summary>The days with their batches. Of days on which the shop is away, only what was ordered before it said so, behind one section of none for all of its leave.</summary>
        public IEnumerable<Section> Sections()
        {
            var said = new HashSet<ExceptionalHours>(ReferenceEqualityComparer.Instance);
            foreach (var day in Batches.GroupBy(b => Ui.LocalDate(b.At)))
            {
                var away = Deciding(day.Key) is { Blocks.Count: 0 } closed ? closed : null;
                if (away is not null && said.Add(away))
                {
                    yield return new Section(day.Key, away, []);
                }
                if (day.Where(b => away is null || b.Ordered > 0).ToList() is { Count: > 0 } made)
                {
                    yield return new Section(day.Key, away, made);
                }
            }
        }

        /// <summary>By the shop's week nobody comes on that day, though the point may have its batches.</summary>
        public bool IsAtPointOnly(Section section) => section.Away is null && section.Batches.Any(b => b.Collectable)
            && Deciding(section.Date) is null && Now is { } shop && !shop.Hours.Days.Any(d => d.Day % 7 == (int)section.Date.DayOfWeek && d.Blocks.Count > 0);

        private ExceptionalHours? Deciding(DateOnly date) => Now is { } shop ? HoursDesk.DecidingOn(date, shop.Exceptions) : null;
    }

    /// <param name="Away">The leave, or the closure, that the day is of.</param>
    public sealed record Section(DateOnly Date, ExceptionalHours? Away, IReadOnlyList<ShopBatch> Batches);

    internal static void MapComingBatches(this RouteGroupBuilder shop)
    {
        shop.MapGet("/fournees", ShowAsync);
        shop.MapPost("/fournees", SaveAsync);
    }

    internal static string Name(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The same for two that come one after the other, so that it can stand in an id.</summary>
    internal static string Anchor(ShopBatch batch) => string.Create(CultureInfo.InvariantCulture, $"{batch.OfferId.Value:N}-{batch.At.ToUnixTimeSeconds()}");

    private static async Task<IResult> ShowAsync(HttpContext http, ShopBatchesClient catalog, MerchantsClient merchants, CancellationToken token, string? fait = null) => await PageAsync(http, catalog, merchants, new Form(), null, fait, token);

    private static async Task<IResult> SaveAsync([FromForm] Form form, HttpContext http, ShopBatchesClient catalog, MerchantsClient merchants, Ui ui, CancellationToken token)
    {
        var typed = string.Concat((form.Quantity ?? "").Where(c => !char.IsWhiteSpace(c)));
        long? quantity = long.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : null;
        if (!OfferId.TryParse(form.Offer, CultureInfo.InvariantCulture, out var offer) || string.IsNullOrEmpty(form.At) || form.At.Length > 40 || (typed.Length > 0 && quantity is null))
        {
            return await PageAsync(http, catalog, merchants, form, ui["pro.batches.wrong"], null, token);
        }
        var answer = await catalog.SetAsync(http.ProShop().Slug, offer, form.At, quantity, token);
        return answer.Ok
            ? new SeeOther($"/pro/{http.ProShop().Slug}/fournees{LocalUrl.Query(("fait", Anchor(answer.Value!)))}")
            : await PageAsync(http, catalog, merchants, form, answer.Problem!.Detail ?? ui["pro.batches.wrong"], null, token);
    }

    private static async Task<IResult> PageAsync(HttpContext http, ShopBatchesClient catalog, MerchantsClient merchants, Form form, string? wrong, string? done, CancellationToken token)
    {
        var shop = http.ProShop();
        var batches = (await catalog.ListAsync(shop.Slug, token)).Items;
        return Page.Of<ComingBatchesPage, Model>(new Model(shop, batches, form, wrong, batches.FirstOrDefault(b => Anchor(b) == done), await merchants.ShopAsync(shop.Slug, token)),
            wrong is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
