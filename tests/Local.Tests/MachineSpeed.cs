using System.Globalization;
using System.Linq.Expressions;

namespace Marketplace.Local.Tests;

/// <summary>
/// How fast the machine is, while something runs on it, at work of the kind that a start is made of: expressions read and translated. A promise in seconds is one for a certain machine; a virtual one
/// whose neighbours are busy needs half as much processor time again for the very same work, which no share of its own processors shows.
/// </summary>
internal sealed class MachineSpeed : IAsyncDisposable
{
    /// <summary>
    /// What one <see cref="Piece"/> takes of a processor beside a start on the machine of the promise: two virtual processors that do nothing else, in an hour in which
    /// the start takes 25 s (50.5 ms were measured in one in which it took 27).
    /// </summary>
    private static readonly TimeSpan There = TimeSpan.FromMilliseconds(46);

    private readonly CancellationTokenSource _end = new();
    private readonly List<TimeSpan> _pieces = [];
    private readonly Task _measuring;

    public MachineSpeed() => _measuring = Task.Factory.StartNew(Measure, _end.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>By how much the machine was slower than that of the promise; one where it was as fast or faster, for nothing is owed to a faster one.</summary>
    public double Slowness => Math.Max(1, Median / There);

    public TimeSpan Median
    {
        get
        {
            lock (_pieces)
            {
                return _pieces.Order().ElementAt(_pieces.Count / 2);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _measuring;
        _end.Dispose();
    }

    private void Measure()
    {
        Piece(); // the first one is compiled itself
        do
        {
            var before = OfThisThread();
            Piece();
            lock (_pieces)
            {
                _pieces.Add(OfThisThread() - before);
            }
        }
        while (!_end.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(1)));
    }

    private static void Piece()
    {
        for (var method = 0; method < 500; method++)
        {
            var number = Expression.Parameter(typeof(int));
            var sum = Enumerable.Range(method, 30).Aggregate<int, Expression>(number, (value, step) =>
                Expression.Condition(Expression.LessThan(value, Expression.Constant(step)), Expression.Add(number, Expression.Constant(step)), Expression.Multiply(number, Expression.Constant(step + 1))));
            Expression.Lambda<Func<int, int>>(sum, number).Compile(preferInterpretation: true)(method);
        }
    }

    // Of processor time, not of waiting for a processor; in nanoseconds (proc_pid_schedstat).
    private static TimeSpan OfThisThread() =>
        TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1000);
}
