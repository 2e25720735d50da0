using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Marketplace.Storefront.Accounts;
using Marketplace.Storefront.Design;
using Marketplace.Storefront.Languages;
using Microsoft.AspNetCore.ResponseCompression;

namespace Marketplace.Storefront.Pages;

/// <summary>What every page of the site relies on, whoever it is for.</summary>
internal static class PagesSetup
{
    public static void AddPages(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddSingleton<Assets>();
        services.AddSingleton<Words>();
        services.AddScoped(s => new Ui(s.GetRequiredService<Words>(), s.GetRequiredService<IHttpContextAccessor>().HttpContext?.Lang() ?? Lang.Fr, s.GetRequiredService<TimeProvider>()));
        // Accented letters are letters: they need no escaping in UTF-8 pages.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddOutputCache(cache =>
        {
            cache.SizeLimit = 128 * 1024 * 1024;
            cache.MaximumBodySize = 1024 * 1024;
        });
        services.AddResponseCompression(compression =>
        {
            // Pages carry no secret next to reflected input (posts are guarded by origin, not by a token in the page), so compressing them over TLS is safe.
            compression.EnableForHttps = true;
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = ["text/html", "application/json", "text/css", "text/calendar", "image/svg+xml"];
        });
        services.Configure<BrotliCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
    }

    /// <summary>In this order: what is refused, what is remembered, then the cache outside the compression, so that it keeps compressed bytes.</summary>
    public static void UsePages(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseHeadRequests();
        app.UseSameOriginPosts();
        app.UseReadableForms();
        app.UseLanguageChoice();
        app.UseVisitorsTown();
        app.UseRouting();
        app.UseOutputCache();
        app.UseResponseCompression();
    }
}
