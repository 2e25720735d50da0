using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Marketplace.Local.Run;

/// <summary>What the launcher says: one line per step done, and a spinner for the one under way where the terminal has one.</summary>
internal sealed class Terminal : IProgress<string>
{
    private readonly IAnsiConsole _console = Open();
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private StatusContext? _status;

    public Task StatusAsync(string first, Func<Task> work) =>
        _console.Status().Spinner(Spinner.Known.Dots).StartAsync(Markup.Escape(first), async status =>
        {
            _status = status;
            try
            {
                await work();
            }
            finally
            {
                _status = null;
            }
        });

    public void Doing(string what) => _status?.Status(Markup.Escape(what));

    public void Done(string what) =>
        Line($"[green]✓[/] {what} [grey]{_since.Elapsed.TotalSeconds:0.0} s[/]");

    /// <summary>It was gone for so long; how long the launcher has run says nothing of that.</summary>
    public void Back(string what, TimeSpan away) => Line($"[green]✓[/] {what} is back, after {away.TotalSeconds:0.0} s");

    public void Warn(string what) => Line($"[yellow]![/] {what}");

    public void Fail(string what) => Line($"[red]✗[/] {what}");

    public void Say(string what) => Line($"{what}");

    public void Show(Table table) => _console.Write(table);

    void IProgress<string>.Report(string value) => Line($"[blue]…[/] {value}");

    /// <summary>Colours and line breaks for a terminal; plain whole lines for a file or a pipe.</summary>
    public static IAnsiConsole Open()
    {
        if (!Console.IsOutputRedirected)
        {
            return AnsiConsole.Console;
        }

        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        plain.Profile.Width = 400;
        return plain;
    }

    private void Line(FormattableString line) => _console.MarkupLineInterpolated(CultureInfo.InvariantCulture, line);
}
