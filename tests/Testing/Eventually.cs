using System.Diagnostics;

namespace Marketplace.Testing;

/// <summary>Waits for something that other processes or threads bring about: looks again until it is so, and fails with what it waited for.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    // Patience costs nothing where all goes well; a machine that stalls for half a minute (all suites at once, a slow disk) must not fail a test.
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(60);

    /// <summary>Returns once the condition holds.</summary>
    public static Task BecomesAsync(Func<bool> condition, TimeSpan within, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string what = "") =>
        BecomesAsync(() => Task.FromResult(condition()), within, what);

    /// <inheritdoc cref="BecomesAsync(Func{bool}, TimeSpan, string)"/>
    public static async Task BecomesAsync(Func<Task<bool>> condition, TimeSpan within, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string what = "")
    {
        for (var watch = Stopwatch.StartNew(); !await condition();)
        {
            if (watch.Elapsed > within && watch.Elapsed > AtLeast)
            {
                throw new TimeoutException($"Not within {watch.Elapsed.TotalSeconds:0} s: {what}");
            }

            await Task.Delay(Pause);
        }
    }

    /// <summary>Returns the first value that satisfies the condition.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> read, Func<T, bool> condition, TimeSpan within, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var value = default(T);
        await BecomesAsync(async () => condition(value = await read()), within, what);
        return value!;
    }
}
