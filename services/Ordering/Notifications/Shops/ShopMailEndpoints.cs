using Marketplace.Contracts.Ordering.Api;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Ordering.Notifications.Shops;

/// <summary>A shop says whether, and where, it wants a mail for its new orders.</summary>
internal static class ShopMailEndpoints
{
    internal static RouteGroupBuilder MapShopMails(this RouteGroupBuilder api)
    {
        var mails = api.MapGroup("/shops/{shop}/order-mails");
        mails.MapGet("", async (HttpContext context, ShopMails known, CancellationToken token) =>
                await known.FindAsync(context.GetShop().Id, token) is { } to ? new OrderMails(to.Email, to.Locale) : new OrderMails(null))
            .RequireShop("orders:read", ShopRole.Staff).WithSummary("Where the shop’s new orders are told by mail; email is null where they are not.");
        mails.MapPut("", PutAsync).RequireShop("orders:write", ShopRole.Staff).Produces<OrderMails>()
            .WithSummary("New orders are told at this address from now on, those of about twenty seconds in one mail. locale: fr or en.");
        mails.MapDelete("", async (HttpContext context, ShopMails known, CancellationToken token) =>
        {
            await known.StopAsync(context.GetShop().Id, token);
            return TypedResults.NoContent();
        }).RequireShop("orders:write", ShopRole.Staff).WithSummary("No mail for new orders any more.");
        return api;
    }

    private static async Task<OrderMails> PutAsync(OrderMails wanted, HttpContext context, ShopMails known, CancellationToken token)
    {
        var to = new ShopMailAddress(wanted.Email?.Trim() ?? "", wanted.Locale ?? "fr");
        // Left of the @ only what every mail server takes.
        if (!MailAddressForm.IsWhole(to.Email) || !to.Email[..to.Email.IndexOf('@', StringComparison.Ordinal)].All(char.IsAscii))
        {
            throw Refusal.Invalid("email-invalid", "Donnez une adresse mail entière, comme nom@exemple.fr.", "Give a whole e-mail address, such as name@example.org.").With("field", "email");
        }

        if (to.Locale is not ("fr" or "en"))
        {
            throw Refusal.Invalid("locale-unknown", "La langue est fr ou en.", "The language is fr or en.").With("field", "locale");
        }

        await known.SendToAsync(context.GetShop().Id, to, token);
        return new OrderMails(to.Email, to.Locale);
    }
}
