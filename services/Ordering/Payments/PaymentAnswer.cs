using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Ordering.Payments;

/// <summary>What came of a call: its value or its problem.</summary>
internal sealed class PaymentAnswer<T> where T : class
{
    private PaymentAnswer(T? value, PaymentProblem? problem) => (Value, Problem) = (value, problem);

    internal T? Value { get; }

    internal PaymentProblem? Problem { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    internal bool IsDone => Value is not null;

    public static implicit operator PaymentAnswer<T>(PaymentProblem problem) => new(null, problem);

    internal static PaymentAnswer<T> Of(T value) => new(value, null);

    public override string ToString() => IsDone ? $"{Value}" : $"{Problem}";
}

/// <summary>Why a call did not do what it asks. Codes are the other side's own where there is one; none is shown to people as it stands.</summary>
internal abstract record PaymentProblem
{
    /// <summary>A key was used for something else before.</summary>
    internal const string KeyReused = "idempotency_error";

    /// <summary>The session that should be closed has been paid.</summary>
    internal const string CheckoutComplete = "checkout_complete";

    /// <summary>More than the authorisation, the payment or the transfer has left.</summary>
    internal const string AmountTooLarge = "amount_too_large";

    internal const string BalanceTooLow = "balance_insufficient";

    /// <summary>The payment is not in the state for this, see <see cref="Refused.Payment"/>.</summary>
    internal const string WrongState = "payment_intent_unexpected_state";

    private PaymentProblem()
    {
    }

    /// <summary>The bank says no.</summary>
    /// <param name="Reason">Its own, where it gives one (<c>insufficient_funds</c>, …).</param>
    internal sealed record Declined(string Code, string? Reason) : PaymentProblem;

    /// <summary>It stands as asked, by an earlier call under another key, or by somebody else's.</summary>
    /// <param name="Payment">As it stands, where the answer tells.</param>
    internal sealed record AlreadyDone(Payment? Payment) : PaymentProblem;

    /// <summary>There is no such session, payment, transfer or account: of this key's account, or at all.</summary>
    internal sealed record NotFound(string? What) : PaymentProblem;

    /// <summary>It cannot be done as it was asked, however often.</summary>
    /// <param name="Message">For who reads the logs of the other side; may repeat what was sent.</param>
    /// <param name="Payment">As it stands, where the answer tells.</param>
    internal sealed record Refused(string Code, string? Message, Payment? Payment = null) : PaymentProblem
    {
        public override string ToString() => $"Refused {Code}";
    }

    /// <summary>No answer to be had, after the tries that are safe. To be asked again, later, with the same key.</summary>
    /// <param name="MayHaveHappened">The other side may have heard it. Only false says that nothing was done.</param>
    internal sealed record Away(bool MayHaveHappened, string Reason) : PaymentProblem;
}
