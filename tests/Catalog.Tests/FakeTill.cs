using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Catalog.Tests;

/// <summary>A bookseller's software as other people wrote it: a real server that tells its stock by pages, in an order of its own, and misbehaves when told to.</summary>
internal sealed class FakeTill : IAsyncDisposable
{
    internal const string Siret = "73282932000074";

    /// <param name="After">Where the page was to begin.</param>
    internal sealed record Question(string Path, string? After, string? Since, string? Authorization, int Limit);

    /// <param name="Changed">On the till's own clock.</param>
    internal sealed record Line(string? Ref, object? Available, decimal? Price = null, string? ValidUntil = null, DateTimeOffset? Changed = null);

    private readonly WebApplication _app;

    internal ConcurrentQueue<Question> Asked { get; } = new();
    internal List<Line> Stock { get; set; } = [];

    /// <summary>Smaller than asked for, where it says so.</summary>
    internal int MostLines { get; set; } = int.MaxValue;

    /// <summary>How far its clock is from ours.</summary>
    internal TimeSpan Skew { get; set; }

    internal int? Total { get; set; }

    /// <summary>Answers instead of it, where this returns true.</summary>
    internal Func<HttpContext, Question, Task<bool>>? Instead { get; set; }

    private FakeTill(WebApplication app) => _app = app;

    internal string Address => _app.Urls.First() + "/api";
    internal List<string?> Cursors => [.. Asked.Select(a => a.After)];

    internal static async Task<FakeTill> StartAsync(params Line[] stock)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var till = new FakeTill(builder.Build()) { Stock = [.. stock] };
        till._app.Run(till.AnswerAsync);
        await till._app.StartAsync();
        return till;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string? Q(string name) => context.Request.Query[name] is { Count: > 0 } v ? v.ToString() : null;
        var question = new Question(context.Request.Path, Q("after"), Q("modifiedSince"), context.Request.Headers.Authorization.Count == 0 ? null : context.Request.Headers.Authorization.ToString(),
            int.Parse(Q("limit")!, CultureInfo.InvariantCulture));
        Asked.Enqueue(question);
        context.Response.Headers.Date = (DateTimeOffset.UtcNow + Skew).ToString("R", CultureInfo.InvariantCulture);
        if (Instead is { } instead && await instead(context, question))
        {
            return;
        }

        var lines = question.Since is null ? Stock : Stock.FindAll(l => l.Changed >= DateTimeOffset.Parse(question.Since, CultureInfo.InvariantCulture));
        var from = question.After is null ? 0 : lines.FindLastIndex(l => l.Ref == question.After) + 1;
        await SayAsync(context, lines.Skip(from).Take(Math.Min(question.Limit, MostLines)));
    }

    internal async Task SayAsync(HttpContext context, IEnumerable<Line> lines)
    {
        context.Response.ContentType = "application/json";
        var stocks = lines.Select(l => new Dictionary<string, object?> { ["ref"] = l.Ref, ["available"] = l.Available, ["price"] = l.Price, ["validUntil"] = l.ValidUntil }
            .Where(m => m.Value is not null).ToDictionary());
        await context.Response.WriteAsync(JsonSerializer.Serialize(new Dictionary<string, object?> { ["total"] = Total, ["limit"] = MostLines, ["offset"] = 0, ["stocks"] = stocks }.Where(m => m.Value is not null).ToDictionary()));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
