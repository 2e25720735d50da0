using Marketplace.Ordering.Orders;
using static Marketplace.Ordering.Tests.Sample;

namespace Marketplace.Ordering.Tests;

public sealed class Pairing_answers
{
    private readonly AnswerPairs _pairs = new(TimeProvider.System);
    private readonly List<IReadOnlyList<OrderAnswer>> _handled = [];

    [Fact]
    public async Task Two_that_come_together_are_handled_as_one()
    {
        var (stock, slots) = (new OrderAnswer(Sample.Order, NoteReserved, Guid.NewGuid()), new OrderAnswer(Sample.Order, NoteBooked, Guid.NewGuid()));
        await Task.WhenAll(_pairs.AddAsync(stock, HandleAsync), _pairs.AddAsync(slots, HandleAsync));
        _handled.Single().ShouldBe([stock, slots]);
    }

    [Fact]
    public async Task One_that_stays_alone_goes_alone()
    {
        var stock = new OrderAnswer(Sample.Order, NoteReserved, Guid.NewGuid());
        await _pairs.AddAsync(stock, HandleAsync);
        _handled.Single().ShouldBe([stock]);
        await _pairs.AddAsync(stock, HandleAsync); // and nothing is left behind
        _handled.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_fails_together_fails_for_both_so_that_both_come_again()
    {
        var both = Task.WhenAll(
            Should.ThrowAsync<TimeoutException>(() => _pairs.AddAsync(new OrderAnswer(Sample.Order, NoteReserved, Guid.NewGuid()), _ => throw new TimeoutException())),
            Should.ThrowAsync<TimeoutException>(() => _pairs.AddAsync(new OrderAnswer(Sample.Order, NoteBooked, Guid.NewGuid()), _ => throw new TimeoutException())));
        await both;
    }

    private Task HandleAsync(IReadOnlyList<OrderAnswer> answers)
    {
        lock (_handled)
        {
            _handled.Add(answers);
        }

        return Task.CompletedTask;
    }
}
