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

internal static class PaymentAnswers
{
    /// <summary>Those of a list that are meant; a problem stays one.</summary>
    internal static PaymentAnswer<IReadOnlyList<T>> Where<T>(this PaymentAnswer<IReadOnlyList<T>> all, Func<T, bool> meant) =>
        all.IsDone ? PaymentAnswer<IReadOnlyList<T>>.Of([.. all.Value.Where(meant)]) : all;
}

/// <summary>Why a call did not do what it asks. Codes are the other side's own where there is one; none is shown to people as it stands.</summary>
internal abstract record PaymentProblem
{
    /// <summary>A key was used for something else before.</summary>
    internal const string KeyReused = "idempotency_error";

    /// <summary>The session that should be closed has been paid.</summary>
    internal const string CheckoutComplete = "checkout_complete";

    /// <summary>More than the authorisation, the payment or the transfer has left: also where all of it went back before, whoever gave it.</summary>
    internal const string AmountTooLarge = "amount_too_large";

    /// <summary>The merchant has passed on what should come back. Later it may have it again: asked under a new key.</summary>
    internal const string BalanceTooLow = "balance_insufficient";

    /// <summary>Cancelled or lapsed: there is nothing to take any more, and never will be of this payment.</summary>
    internal const string AuthorisationEnded = "authorisation_ended";

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
    /// <param name="What">In the other side's words; may repeat what was sent.</param>
    internal sealed record NotFound(string? What) : PaymentProblem
    {
        public override string ToString() => nameof(NotFound);
    }

    /// <summary>
    /// It was not done. Under this key that is said for good, whatever changes meanwhile: where something did (<see cref="BalanceTooLow"/>), it is asked under a new one.
    /// </summary>
    /// <param name="Message">For who reads the logs of the other side; may repeat what was sent.</param>
    /// <param name="Payment">As it stands, where the answer tells.</param>
    internal sealed record Refused(string Code, string? Message, Payment? Payment = null) : PaymentProblem
    {
        public override string ToString() => $"Refused {Code}";
    }

    /// <summary>
    /// The secret key is unknown there, or has no right to this: somebody mends the settings, then it is asked again, with the same key. Said before the other side
    /// looks what an earlier try under that key came to, so it says nothing of that.
    /// </summary>
    /// <param name="ThisCallMayHaveHappened">As of <see cref="Away"/>.</param>
    internal sealed record NotLetIn(bool ThisCallMayHaveHappened, string Reason) : PaymentProblem;

    /// <summary>No answer to be had, after the tries that are safe. To be asked again, later, with the same key, unless that is spent.</summary>
    /// <param name="ThisCallMayHaveHappened">
    /// The other side may have heard a try of this call. False speaks of this call alone: an earlier one under the same key, of another process, may stand all the same.
    /// So whoever keeps it never puts false over true: once true is recorded, only a reading clears it.
    /// </param>
    /// <param name="KeyIsSpent">
    /// The failure is kept under this key and will be said again, however often: wait, look whether it stands, and only then ask under a new key
    /// (<see cref="IPaymentGateway"/> says how that one is made).
    /// </param>
    internal sealed record Away(bool ThisCallMayHaveHappened, string Reason, bool KeyIsSpent = false) : PaymentProblem;
}
