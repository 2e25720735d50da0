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

        /// <summary>How long ago it was noted: the device's clock may be wrong, and goes as fast as ours.</summary>
        public double Seconds { get; set; }
    }

    private static readonly TimeSpan Longest = TimeSpan.FromDays(3);

    internal static void MapHandOverLater(this RouteGroupBuilder shop) => shop.MapPost("/remise/differee", HandOverAsync);

    private static async Task<IResult> HandOverAsync([FromForm] Form form, HttpContext http, ShopOrdersClient orders, Ui ui, TimeProvider clock, CancellationToken token)
    {
        var shop = http.ProShop();
        var noted = clock.GetUtcNow() - TimeSpan.FromSeconds(Math.Clamp(form.Seconds, 0, Longest.TotalSeconds));
        if (ScannedText.Read(form.Code).Code is not { } code)
        {
            return Answer("bad", ui.T("pro.later.refused", form.Code?.Trim(), ui["pro.refused.not-a-code"]));
        }
        for (var attempt = 1; ; attempt++)
        {
            var found = await orders.ByCodeAsync(shop.Slug, code, token);
            if (found.Value is not { } order)
            {
                return Refused(found.Problem!.Code is "code-not-found" ? "unknown-code" : Said.Code(found.Problem));
            }
            if (order is { Status: "collected", ChangedAt: { } collected } && collected >= noted)
            {
                return Done(order.Reference); // it was sent before, and its answer was lost
            }
            var answer = await orders.HandOverAsync(shop.Slug, order.OrderId, code, null, token);
            if (answer.Ok)
            {
                return Done(order.Reference);
            }
            if (answer.Problem!.Code != "already-collected" || order.Status == "collected" || attempt == 2)
            {
                return Refused(Said.Code(answer.Problem));
            }
            // Collected this moment: by the same note, sent from another page of this device. Looked at again.
        }

        IResult Done(string reference) => Answer("good", ui.T("pro.later.done", reference));

        // Asked too often is no answer: it is sent again later.
        IResult Refused(string why) => why is "too-many-requests" or "too-many-wrong-codes" ? Answer("later", "") : Answer("bad", ui.T("pro.later.refused", code, ui["pro.refused." + why]));
    }

    private static IResult Answer(string state, string said) => Results.Json(new { state, said });
}
