using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Marketplace.Journeys.Tests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(DemoPlatform))]

namespace Marketplace.Journeys.Tests;

/// <summary>
/// The whole platform as `dotnet run --project infra/Local` starts it, with the demo towns, and the machine's chromium: started once for all
/// journeys, at the first that asks, and stopped in order at the end. Where either cannot be had a journey is skipped; in CI it fails.
/// </summary>
public sealed class DemoPlatform : IAsyncLifetime
{
    // The shell is the same engine without windows: it draws a page in half the time.
    private static readonly string[] Browsers = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly string _data = Path.Combine(Repository.Root, ".local", "journeys");
    private readonly SemaphoreSlim _starting = new(1);
    private Process? _launcher;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal Endpoints At { get; private set; } = null!;

    internal string Data => _data;

    /// <summary>A page of its own: nothing of another journey's cookies or cache, but what <paramref name="known"/> brings along (a browser's storage state).</summary>
    internal async Task<IPage> OpenAsync(int width = 1280, int height = 900, bool javaScript = true, string locale = "fr-FR", ColorScheme scheme = ColorScheme.Light, string? known = null)
    {
        await StartAsync();
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = At.Storefront,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            JavaScriptEnabled = javaScript,
            Locale = locale,
            ColorScheme = scheme,
            TimezoneId = "Europe/Paris",
            ReducedMotion = ReducedMotion.Reduce,
            StorageState = known,
        });
        context.SetDefaultTimeout(45_000);
        return await context.NewPageAsync();
    }

    internal async Task StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_browser is null)
            {
                await StartPlatformAsync();
                await StartBrowserAsync();
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_launcher is { HasExited: false })
        {
            using var stop = Process.Start("kill", ["-INT", _launcher.Id.ToString(CultureInfo.InvariantCulture)]);
            await _launcher.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }

        _launcher?.Dispose();
        _starting.Dispose();
    }

    private async Task StartPlatformAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Marketplace.Local.dll"), "--data", _data, "--reset", "--with-parent", "--port-base", FreePortBase().ToString(CultureInfo.InvariantCulture) },
        };
        start.Environment["Accounts__SignInsPerMinute"] = "10000"; // all of them come from one address, and on a fast day within one minute
        var said = new System.Text.StringBuilder();
        _launcher = Process.Start(start)!;
        _launcher.OutputDataReceived += (_, line) => said.AppendLine(line.Data);
        _launcher.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        _launcher.BeginOutputReadLine();
        _launcher.BeginErrorReadLine();
        var ready = Path.Combine(_data, "endpoints.json");
        await Eventually.BecomesAsync(() => File.Exists(ready) || _launcher.HasExited, Patience);
        File.Exists(ready).ShouldBeTrue($"the platform did not start:\n{said}");
        At = JsonSerializer.Deserialize<Endpoints>(await File.ReadAllTextAsync(ready), JsonSerializerOptions.Web)!;
    }

    private async Task StartBrowserAsync()
    {
        var executable = Browsers.FirstOrDefault(File.Exists);
        if (executable is null)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is "true" or "1", "Chromium is missing: apt-get install chromium");
            throw new InvalidOperationException("Chromium is missing, and in CI nothing is skipped.");
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
    }

    private static int FreePortBase() => Enumerable.Range(0, 100).Select(step => 26_000 + (step * 41)).First(from => Enumerable.Range(from, 6).All(IsFree));

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    internal sealed record Endpoints(string Storefront, string Catalog, string Ordering, string Merchants, string Stripe, string Mail, IReadOnlyDictionary<string, string> ApiKeys, IReadOnlyList<Account> Accounts);

    internal sealed record Account(string Email, string Password, string Name, string Role, string? Shop, string? Town);
}
