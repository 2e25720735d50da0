using System.Globalization;
using Marketplace.Storefront.Languages;
using Marketplace.Storefront.Merchants.Orders;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Merchants.HandOver;

/// <summary>
/// <c>POST /pro/{shop}/remise/differee</c>: a code that was noted while the network was away. Sent again, because its answer did not come, it is the same hand-over.
/// For the script: what became of it, and the sentence to say.
/// </summary>
public static class HandingOverLater
{
    public sealed record Form
    {
        public string? Code { get; set; }

        /// <summary>When it was noted, by the device's clock.</summary>
        public string? At { get; set; }
    }

    internal static void MapHandOverLater(this RouteGroupBuilder shop) => shop.MapPost("/remise/differee", HandOverAsync);

    private static async Task<IResult> HandOverAsync([FromForm] Form form, HttpContext http, ShopOrdersClient orders, Ui ui, CancellationToken token)
    {
        var shop = http.ProShop();
        if (ScannedText.Read(form.Code).Code is not { } code)
        {
            return Answer("bad", ui.T("pro.later.refused", form.Code?.Trim(), ui["pro.refused.not-a-code"]));
        }
        var found = await orders.ByCodeAsync(shop.Slug, code, token);
        if (found.Value is not { } order)
        {
            return Refused(found.Problem!.Code is "code-not-found" ? "unknown-code" : Said.Code(found.Problem));
        }
        if (order is { Status: "collected", ChangedAt: { } collected } && DateTimeOffset.TryParse(form.At, CultureInfo.InvariantCulture, out var noted) && collected >= noted)
        {
            return Done(order.Reference); // it was sent before, and its answer was lost
        }
        var answer = await orders.HandOverAsync(shop.Slug, order.OrderId, code, token);
        return answer.Ok ? Done(order.Reference) : Refused(Said.Code(answer.Problem!));

        IResult Done(string reference) => Answer("good", ui.T("pro.later.done", reference));

        // Asked too often is no answer: it is sent again later.
        IResult Refused(string why) => why is "too-many-requests" or "too-many-wrong-codes" ? Answer("later", "") : Answer("bad", ui.T("pro.later.refused", code, ui["pro.refused." + why]));
    }

    private static IResult Answer(string state, string said) => Results.Json(new { state, said });
}
