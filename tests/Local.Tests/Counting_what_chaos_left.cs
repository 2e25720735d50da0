using Marketplace.Chaos;
using Marketplace.Contracts;

namespace Marketplace.Local.Tests;

/// <summary>The chaos program's judgement, which must be able to say no: each fault that it is run to find, and the course that has none.</summary>
public sealed class Counting_what_chaos_left
{
    private readonly Ledger _ledger = new();
    private readonly List<Ledger.Row> _rows = [];

    [Fact]
    public void Finds_nothing_where_each_was_answered_for_what_is_there()
    {
        Ordered();
        _ledger.Refused(_ledger.Begin());
        var hesitant = _ledger.Begin();
        _ledger.Refused(hesitant);
        There(hesitant, "refused");
        Judged().ShouldBeEmpty();
    }

    // The answer was lost, and the next press made another order.
    [Fact]
    public void Sees_an_order_that_was_made_twice()
    {
        var (email, _) = Ordered();
        There(email);
        Judged().ShouldHaveSingleItem().ShouldContain("ordered once and has 2 orders");
    }

    [Fact]
    public void Sees_a_try_that_was_given_one_order_and_then_another()
    {
        var (email, _) = Ordered();
        _ledger.Answered(email, OrderId.New());
        Judged().ShouldContain(fault => fault.Contains("and then", StringComparison.Ordinal));
    }

    [Fact]
    public void Sees_an_order_that_is_lost()
    {
        _ledger.Answered(_ledger.Begin(), OrderId.New());
        Judged().ShouldHaveSingleItem().ShouldContain("was given and is not there");
    }

    [Fact]
    public void Sees_an_order_that_nobody_placed()
    {
        _rows.Add(new Ledger.Row(OrderId.New(), "confirmed", "somebody@example.org"));
        _rows.Add(new Ledger.Row(OrderId.New(), "confirmed", null));
        Judged().Count(fault => fault.EndsWith("was ordered by nobody", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public void Sees_an_order_that_stands_although_it_was_refused()
    {
        var email = _ledger.Begin();
        _ledger.Refused(email);
        There(email);
        Judged().ShouldHaveSingleItem().ShouldContain("was refused and has");
    }

    [Fact]
    public void Sees_a_try_that_was_never_answered()
    {
        _ledger.Begin();
        Judged().ShouldHaveSingleItem().ShouldContain("was never answered");
    }

    [Fact]
    public void Keeps_what_was_answered_and_should_not_have_been()
    {
        _ledger.Fault("refused with 422 idempotency-key-reused");
        Judged().ShouldBe(["refused with 422 idempotency-key-reused"]);
    }

    private IReadOnlyList<string> Judged() => _ledger.Compare(_rows);

    private (string Email, OrderId Order) Ordered()
    {
        var email = _ledger.Begin();
        var order = There(email);
        _ledger.Answered(email, order);
        return (email, order);
    }

    private OrderId There(string email, string status = "confirmed")
    {
        var order = OrderId.New();
        _rows.Add(new Ledger.Row(order, status, email));
        return order;
    }
}
