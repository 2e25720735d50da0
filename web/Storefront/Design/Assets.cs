using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Storefront.Design;

/// <summary>
/// The few static files: embedded, compressed once at start, served under a path that carries the hash of them all and so may be kept for ever.
/// </summary>
internal sealed class Assets
{
    private const string Forever = "public, max-age=31536000, immutable";
    private readonly FrozenDictionary<string, Asset> _files = Load();

    public Assets() => Version = Convert.ToHexStringLower(SHA256.HashData([.. _files.OrderBy(f => f.Key, StringComparer.Ordinal).SelectMany(f => f.Value.Hash)]))[..10];

    public string Version { get; }

    public string Url(string name) => _files.ContainsKey(name) ? $"/s/{Version}/{name}" : throw new ArgumentException($"no such file: {name}", nameof(name));

    public string ThemeUrl(string? accent) => $"/s/{Version}/theme-{(Colour.TryParse(accent, out var c) ? c : Colour.Parse(Tokens.DefaultAccent)).ToString()[1..]}.css";

    public Asset? Find(string name) => _files.GetValueOrDefault(name);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/s/{version}/theme-{accent:regex(^[0-9a-f]{{6}}$)}.css", (string version, string accent, HttpContext http) =>
        {
            http.Response.Headers.CacheControl = version == Version ? Forever : "no-cache";
            return Results.Text(Tokens.For("#" + accent).ToCss(), "text/css; charset=utf-8");
        });
        app.MapGet("/s/{version}/{**name}", (string version, string name, HttpContext http) => Send(http, name, version == Version ? Forever : "no-cache"));
        app.MapGet("/dessins/{key}.svg", (string key, HttpContext http) =>
            Send(http, _files.ContainsKey($"dessins/{key}.svg") ? $"dessins/{key}.svg" : "dessins/default.svg", "public, max-age=86400"));
        app.MapGet("/sw.js", (HttpContext http) => Send(http, "sw.js", "no-cache"));
        app.MapGet("/favicon.ico", (HttpContext http) => Send(http, "marque.svg", "public, max-age=86400"));
        app.MapGet("/robots.txt", () => Results.Text("User-agent: *\nDisallow: /commandes/\nDisallow: /*/panier\nDisallow: /*/commander\nDisallow: /pro\n"));
    }

    private IResult Send(HttpContext http, string name, string cacheControl)
    {
        if (!_files.TryGetValue(name, out var file))
        {
            return Results.NotFound();
        }
        var accepted = http.Request.Headers.AcceptEncoding.ToString();
        var (body, encoding) = accepted.Contains("br", StringComparison.Ordinal) ? (file.Brotli, "br")
            : accepted.Contains("gzip", StringComparison.Ordinal) ? (file.Gzip, "gzip") : (file.Raw, null);
        http.Response.Headers.CacheControl = cacheControl;
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (encoding is not null)
        {
            http.Response.Headers.ContentEncoding = encoding;
        }
        return Results.Bytes(body, file.ContentType, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(file.Hash.AsSpan(0, 8))}-{encoding}\""));
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = typeof(Assets).Assembly;
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith("assets/", StringComparison.Ordinal))
            .ToFrozenDictionary(n => n["assets/".Length..].Replace('\\', '/'), n => Read(assembly, n), StringComparer.Ordinal);
    }

    private static Asset Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var raw = memory.ToArray();
        var type = Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            var other => throw new InvalidOperationException($"{name}: no content type for {other}"),
        };
        return new Asset(raw, Compress(raw, s => new GZipStream(s, CompressionLevel.SmallestSize)), Compress(raw, s => new BrotliStream(s, CompressionLevel.SmallestSize)),
            type, SHA256.HashData(raw));
    }

    private static byte[] Compress(byte[] raw, Func<Stream, Stream> compressor)
    {
        using var memory = new MemoryStream();
        using (var stream = compressor(memory))
        {
            stream.Write(raw);
        }
        return memory.ToArray();
    }

    internal sealed record Asset(byte[] Raw, byte[] Gzip, byte[] Brotli, string ContentType, byte[] Hash);
}
