using Marketplace.Contracts.Ordering.Api;
using Marketplace.Ordering.Payments;
using Marketplace.Ordering.Purchases;
using Marketplace.ServiceDefaults;
using Marketplace.ServiceDefaults.Auth;

namespace Marketplace.Ordering.Payouts;

/// <summary>A shop's account, to which what is paid to it by card goes: opened and filled in by its owners.</summary>
internal static class PayoutEndpoints
{
    // No key has this scope: people alone.
    private const string PeopleOnly = "people-only";

    /// <summary>Nobody looks at a white page for longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    internal static RouteGroupBuilder MapPayouts(this RouteGroupBuilder api)
    {
        var account = api.MapGroup("/shops/{shop}/money/account").RequireShop(PeopleOnly, ShopRole.Owner);
        account.MapGet("", ShowAsync)
            .WithSummary("How the shop’s account at the payment provider stands, and what it asks for, by its own names; as it was last read, or with look=true as it is now.");
        account.MapPut("", (Delegate)OpenAsync).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Opens the shop’s account at the payment provider, once: asked again, it is answered as it stands.");
        account.MapPost("/link", LinkAsync).ProducesProblem(404).ProducesProblem(409)
            .WithSummary("A page of the payment provider’s on which the owner answers its questions: for one visit, within minutes.");
        return api;
    }

    private static async Task<PayoutAccount> ShowAsync(HttpContext context, ReceivingShops receivers, bool look = false)
    {
        var shop = context.GetShop();
        if (context.RequestServices.GetService<PayoutAccounts>() is not { } accounts)
        {
            return View(null) with { State = "closed" };
        }

        var kept = await accounts.FindAsync(shop.Id, context.RequestAborted);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(Patience);
        try
        {
            if (kept?.Account is not { } known)
            {
                kept = await receivers.FindAsync(shop.Id, patience.Token) is { IsDone: true } found ? await accounts.AdoptAsync(shop.Id, found.Value, patience.Token) : kept;
            }
            else if (look)
            {
                kept = (await accounts.LookAsync(known.Id, patience.Token)).Kept ?? kept;
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The other side is slow: shown is what is kept, and since when.
        }

        return View(kept);
    }

    private static async Task<PayoutAccount> OpenAsync(HttpContext context) => View(await Accounts(context).OpenAsync(context.GetShop(), context.RequestAborted));

    private static async Task<PayoutAccountLink> LinkAsync(HttpContext context, PurchasePages pages)
    {
        var shop = context.GetShop();
        if ((await Accounts(context).FindAsync(shop.Id, context.RequestAborted))?.Account is not { } account)
        {
            throw new Refusal("account-missing", StatusCodes.Status409Conflict, "La boutique n’a pas encore de compte de paiement\u00a0: ouvrez-le d’abord.", "The shop has no payout account yet: open it first.");
        }

        var made = await context.RequestServices.GetRequiredService<IPaymentGateway>()
            .LinkToOnboardingAsync(account.Id, pages.OfAccount(shop.Slug, "encore"), pages.OfAccount(shop.Slug, "retour"), context.RequestAborted);
        context.Response.Headers.CacheControl = "private, no-store";
        return made.IsDone ? new PayoutAccountLink(made.Value.Url, made.Value.ExpiresAt)
            : throw new Refusal("account-unavailable", StatusCodes.Status409Conflict, "Stripe ne répond pas en ce moment\u00a0: recommencez dans quelques minutes.", "Stripe does not answer at the moment: try again in a few minutes.");
    }

    private static PayoutAccounts Accounts(HttpContext context) => context.RequestServices.GetService<PayoutAccounts>()
        ?? throw Refusal.NotFound("payments", "Le paiement par carte n’est pas ouvert ici.", "Payment by card is not open here.");

    private static PayoutAccount View(KeptAccount? kept) => kept?.Account is { } account
        ? new PayoutAccount(PayoutStates.Of(account), account.CanReceive, account.PaysOut, account.Due, account.PastDue, account.Deadline, account.DisabledFor, kept.ReadAt)
        : new PayoutAccount(kept is null ? "none" : "opening", false, false, [], [], null, null, null);
}

/// <summary>How an account stands, in one word: what its owner has to do about it.</summary>
internal static class PayoutStates
{
    internal static string Of(MerchantAccount account) => account switch
    {
        { DisabledFor: { } reason } when reason.StartsWith("rejected", StringComparison.Ordinal) => "refused",
        { Submitted: false } => "unfinished",
        { PastDue.Count: > 0 } => "overdue",
        { Due.Count: > 0 } => "asked",
        { CanReceive: true, PaysOut: true } => "ready",
        { IsChecked: true } or { DisabledFor: "requirements.pending_verification" or "under_review" } => "checked",
        _ => "limited",
    };
}
