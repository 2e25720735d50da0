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
    internal sealed record NoteAuthorised(string Payment, long Cents, DateTimeOffset? CaptureBefore, string PickupCode) : OrderCommand;

    internal sealed record NoteReturned(string Payment) : OrderCommand;
}
