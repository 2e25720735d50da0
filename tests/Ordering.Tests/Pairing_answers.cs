using Marketplace.EventStore;
using Marketplace.Ordering.Orders;
using Npgsql;
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

    [Fact]
    public async Task One_that_was_delivered_before_does_not_take_the_other_with_it()
    {
        var (stock, slots) = (new OrderAnswer(Sample.Order, NoteReserved, Guid.NewGuid()), new OrderAnswer(Sample.Order, NoteBooked, Guid.NewGuid()));
        var (again, fresh) = (_pairs.AddAsync(stock, StockWasHereAsync), _pairs.AddAsync(slots, StockWasHereAsync));
        await Should.ThrowAsync<DuplicateMessageException>(again);
        await fresh;
        _handled.Single().ShouldBe([slots]);

        Task StockWasHereAsync(IReadOnlyList<OrderAnswer> answers) => answers.Contains(stock) ? Task.FromException(new DuplicateMessageException()) : HandleAsync(answers);
    }

    [Fact]
    public async Task While_the_database_is_away_the_two_are_not_tried_again_one_by_one()
    {
        var tries = 0;
        await Task.WhenAll(
            Should.ThrowAsync<NpgsqlException>(() => _pairs.AddAsync(new OrderAnswer(Sample.Order, NoteReserved, Guid.NewGuid()), AwayAsync)),
            Should.ThrowAsync<NpgsqlException>(() => _pairs.AddAsync(new OrderAnswer(Sample.Order, NoteBooked, Guid.NewGuid()), AwayAsync)));
        tries.ShouldBe(1);

        Task AwayAsync(IReadOnlyList<OrderAnswer> answers)
        {
            Interlocked.Increment(ref tries);
            return Task.FromException(new NpgsqlException("Failed to connect"));
        }
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
