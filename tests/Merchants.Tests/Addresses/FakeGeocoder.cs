using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Merchants.Tests.Addresses;

/// <summary>The public geocoder as other people run it: a real server on this machine that answers what a test says, and misbehaves when told to.</summary>
internal sealed class FakeGeocoder : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeGeocoder(WebApplication app) => _app = app;

    internal ConcurrentQueue<IQueryCollection> Asked { get; } = new();
    internal ConcurrentQueue<string> Paths { get; } = new();
    internal Func<HttpContext, Task> Answer { get; set; } = context => WriteAsync(context, Collection());
    internal string Address => _app.Urls.First() + "/geocodage";

    internal static async Task<FakeGeocoder> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var fake = new FakeGeocoder(builder.Build());
        fake._app.Run(context =>
        {
            fake.Paths.Enqueue(context.Request.Path);
            fake.Asked.Enqueue(context.Request.Query);
            return fake.Answer(context);
        });
        await fake._app.StartAsync();
        return fake;
    }

    internal static Task WriteAsync(HttpContext context, string body)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body);
    }

    internal static string Collection(params string[] features) => $$"""{"type":"FeatureCollection","features":[{{string.Join(',', features)}}],"query":"…"}""";

    /// <summary>As the service writes one.</summary>
    internal static string Feature(string label, double score, string kind = "housenumber", string citycode = "69149", double lat = 45.7151, double lon = 4.8099) => FormattableString.Invariant(
        $$$"""
        {"type":"Feature","geometry":{"type":"Point","coordinates":[{{{lon}}},{{{lat}}}]},
         "properties":{"label":"{{{label}}}","score":{{{score}}},"housenumber":"3","id":"69149_0970_00003","banId":"0e5a7d10-6a1b-4a3c-9f3e-0a6b6c2f9a10","name":"3 Rue de la République","postcode":"69600",
         "citycode":"{{{citycode}}}","oldcitycode":"69149","x":841219.5,"y":6514700.1,"city":"Oullins-Pierre-Bénite","context":"69, Rhône, Auvergne-Rhône-Alpes","type":"{{{kind}}}","importance":0.62,"street":"Rue de la République","_type":"address"}}
        """);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
