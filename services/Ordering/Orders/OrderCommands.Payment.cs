using Marketplace.Contracts;

namespace Marketplace.Ordering.Orders;

// What the gateway says of an order's payment. It comes late, twice, or from several processes at once.
internal abstract partial record OrderCommand
{
    internal sealed record NotePageOpened(string Session, string Url) : OrderCommand;

    /// <summary>The page is opened under another key. Appended at the version that was read before it was looked for under the last one.</summary>
    internal sealed record TryPageAgain(int Attempt) : OrderCommand;

    /// <summary>The page cannot be opened, whatever is tried.</summary>
    internal sealed record NotePageUnavailable : OrderCommand;

    /// <summary>Nobody can pay there any more, and nobody has.</summary>
    internal sealed record NotePageClosed : OrderCommand;

    /// <param name="Payment">What the money is set aside as.</param>
    /// <param name="Cents">How much.</param>
    /// <param name="CaptureBefore">Until when.</param>
    /// <param name="PickupCode">The code the order gets if this confirms it.</param>
    /// <param name="Now">Decides whether it is still of use.</param>
    internal sealed record NoteAuthorised(string Payment, long Cents, DateTimeOffset? CaptureBefore, string PickupCode, DateTimeOffset Now) : OrderCommand;

    internal sealed record NoteReturned(string Payment) : OrderCommand;

    /// <summary>What was set aside is so no longer, before anything of it was to be taken: somebody gave it back on the other side, or the bank did.</summary>
    internal sealed record NoteCancelled(string Payment) : OrderCommand;

    /// <summary>As of <see cref="TryPageAgain"/>.</summary>
    internal sealed record TryCaptureAgain(int Attempt) : OrderCommand;

    internal sealed record NoteCaptured(string Payment, long Cents, string Charge) : OrderCommand;

    internal sealed record NoteNotCaptured(string Reason) : OrderCommand;

    /// <summary>Appended at the version that was read before it was looked for.</summary>
    internal sealed record AskTransfer(ShopId ShopId, string Account, int Attempt) : OrderCommand;

    internal sealed record NoteTransferred(ShopId ShopId, string Transfer) : OrderCommand;

    /// <summary>What could not be taken from the card was paid at the counter.</summary>
    internal sealed record NotePaidAtCounter(ShopId ShopId) : OrderCommand;
}
