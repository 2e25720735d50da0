using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Marketplace.Ordering.Tests;

/// <summary>What the service writes to its log in production, line by line, through the formatter that writes it there.</summary>
internal sealed class CaughtLogs
{
    private readonly ConcurrentQueue<string> _lines = new();

    internal IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>The lines about one order.</summary>
    internal IReadOnlyList<JsonElement> Of(string order) =>
        [.. Lines.Where(l => l.Contains(order, StringComparison.Ordinal)).Select(l => JsonDocument.Parse(l).RootElement)];

    internal ILoggerProvider Through(IServiceProvider services) => new Provider(this, services.GetServices<ConsoleFormatter>().Single(f => f.Name == "json-lines"));

    private sealed class Provider(CaughtLogs caught, ConsoleFormatter formatter) : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider? _scopes;

        public ILogger CreateLogger(string categoryName) => new Line(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose()
        {
        }

        private void Write<TState>(in LogEntry<TState> entry)
        {
            using var text = new StringWriter();
            formatter.Write(entry, _scopes, text);
            caught._lines.Enqueue(text.ToString().TrimEnd('\n'));
        }

        private sealed class Line(Provider provider, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => provider._scopes?.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                provider.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter));
        }
    }
}
