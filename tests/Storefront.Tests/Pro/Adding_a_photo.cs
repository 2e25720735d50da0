using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.Storefront.Residents.Offers;
using Marketplace.Storefront.Tests.Accounts;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Storefront.Tests.Pro;

/// <summary>A shop adds a photo to its product, replaces it and takes it away; without script.</summary>
public sealed class Adding_a_photo(AccountsHost host) : AtTheCounter(host)
{
    private const string Sheet = Board + "/produits/fiche/PAIN";
    private const string Photo = "shops/boulangerie/offers/PAIN/photo";

    private static readonly string _a = new('a', 64);

    private async Task SendAsync(string name, byte[] file, string type = "image/png")
    {
        var form = new MultipartFormDataContent();
        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue(type);
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"Photo\"", FileName = $"\"{name}\"" };
        form.Add(part);
        await _browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, Sheet + "/photo") { Content = form, Headers = { { "Sec-Fetch-Site", "same-origin" }, { "Accept", "text/html" } } });
    }

    private void Offers() => _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5);

    [Fact]
    public async Task Is_sent_seen_and_taken_away()
    {
        Offers();
        await _browser.OpenAsync(Sheet);
        var input = _browser.Page.QuerySelector("input[type=file]")!;
        (input.GetAttribute("accept"), input.Closest("form")!.GetAttribute("enctype"), input.Closest("form")!.GetAttribute("action")).ShouldBe(("image/jpeg,image/png,image/webp", "multipart/form-data", Sheet + "/photo"));
        _browser.Page.QuerySelector("form[action$='/photo/retrait']").ShouldBeNull("there is none to take away");
        Browser.WordsOf(_browser.Page.QuerySelector("#photo [data-reloads]")).ShouldBe("La photo s'enregistre à part : enregistrez d'abord ce que vous avez changé dans la fiche.");

        await SendAsync("IMG_1.png", "PNG of a loaf"u8.ToArray());
        (_browser.Status, _browser.Location).ShouldBe((HttpStatusCode.SeeOther, Sheet + "?photo=ajoutee#photo"));
        var sent = _host.Services.AskedOf("catalog", Photo).Single();
        (sent.Method, sent.Body).ShouldBe(("PUT", "PNG of a loaf"));
        sent.Token.ShouldNotBeNull("in the person's name");
        await _browser.OpenAsync(Sheet + "?photo=ajoutee");
        _browser.Words.ShouldContain("La photo est enregistrée.");
        _browser.Page.QuerySelector("#photo img")!.GetAttribute("src").ShouldBe($"/images/photos/{_a}/160.webp");

        _browser.Page.QuerySelector("form[action*='/retour']").ShouldBeNull("there was none before");

        await PressAsync("/photo/retrait");
        _browser.Location.ShouldBe($"{Sheet}?photo=retiree&de={_a}#photo");
        await _browser.OpenAsync(_browser.Location!);
        _browser.Words.ShouldContain("La photo est retirée.");
        _browser.Page.QuerySelector("#photo img")!.GetAttribute("src")!.ShouldStartWith("/dessins/");

        // A slip: the photo comes back, and nothing more is to be taken back.
        await PressAsync("/photo/retour");
        _host.Services.AskedOf("catalog", Photo)[^1].Path.ShouldBe($"{Photo}?again={_a}");
        await _browser.OpenAsync(_browser.Location!);
        _browser.Words.ShouldContain("La photo d'avant est remise.");
        _browser.Page.QuerySelector("#photo img")!.GetAttribute("src").ShouldBe($"/images/photos/{_a}/160.webp");
        _browser.Page.QuerySelector("form[action*='/retour']").ShouldBeNull();
        await _browser.OpenAsync(Sheet + "?photo=retiree&de=" + _a);
        _browser.Words.ShouldNotContain("La photo est retirée.", Case.Insensitive, "said only while it is so");
    }

    [Fact]
    public async Task One_that_is_gone_meanwhile_is_not_put_back_and_it_is_said()
    {
        Offers();
        await _browser.PostAsync($"{Sheet}/photo/retour?de=gone");
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Cette photo n'est plus là : choisissez-la à nouveau.");
    }

    private Task<Browser> PressAsync(string action) => _browser.PostAsync(_browser.Page.QuerySelector($"form[action*='{action}']")!.GetAttribute("action")!);

    [Fact]
    public async Task What_is_none_is_told_at_its_field()
    {
        Offers();
        await SendAsync("page.jpg", Encoding.UTF8.GetBytes("<html>"), "image/jpeg");
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelector("#champ-Photo")!.GetAttribute("aria-invalid").ShouldBe("true");
        Browser.WordsOf(_browser.Page.QuerySelector("#photo-erreur")).ShouldContain("Refusé : photo-unreadable");
        _browser.Page.QuerySelector("a[href='#champ-Photo']").ShouldNotBeNull();
        await SendAsync("", [], "application/octet-stream");
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Words.ShouldContain("Choisissez une photo");
        _host.Services.Offers["PAIN"].ImageUrl.ShouldNotBe(ProductPhoto.Address(_a));
    }

    [Fact]
    public async Task Is_written_down_when_an_assistant_sends_it_and_goes_on_whole()
    {
        Offers();
        var email = await _host.PersonAsync();
        _host.Services.Members[email] = Helping_a_shop.Assistant;
        _browser.Dispose();
        _browser = await _host.SignedInAsync(email);
        await SendAsync("IMG_1.jpg", "JPEG of a loaf"u8.ToArray(), "image/heic");
        _browser.Status.ShouldBe(HttpStatusCode.SeeOther);
        _host.Services.AskedOf("catalog", Photo).Single().Body.ShouldBe("JPEG of a loaf");
        (await _browser.OpenAsync($"{Board}/journal")).Words.ShouldContain("Photo d'un produit enregistrée");
    }

    // What other forms may weigh is a megabyte, and is looked at before any handler.
    [Fact]
    public void Comes_in_whatever_it_weighs_as_a_file_does()
    {
        var files = _host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.RoutePattern.RawText!.EndsWith("/fiche/{sku}/photo", StringComparison.Ordinal) || e.RoutePattern.RawText.EndsWith("/import/fichier", StringComparison.Ordinal)).ToList();
        files.Count.ShouldBe(2);
        files.ShouldAllBe(e => e.Metadata.GetMetadata<IRequestSizeLimitMetadata>() != null && e.Metadata.GetMetadata<IRequestSizeLimitMetadata>()!.MaxRequestBodySize == null);
    }

    private const string New = Board + "/produits/nouveau";

    private static readonly (string, string)[] _loaf = [("Title", "Pain de seigle"), ("Category", "pains"), ("Price", "4,20"), ("Prepacked", "non"), ("Allergens", "gluten"), ("Sku", "SEIGLE")];

    private Task<Browser> MakeAsync(byte[]? photo, string name, string type, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (field, value) in fields)
        {
            form.Add(new StringContent(value), field);
        }
        foreach (var (bytes, called) in new[] { (Array.Empty<byte>(), ""), (photo ?? [], photo is null ? "" : name) })
        {
            var part = new ByteArrayContent(bytes);
            part.Headers.ContentType = new MediaTypeHeaderValue(type);
            part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"Photo\"", FileName = $"\"{called}\"" };
            form.Add(part);
        }
        return _browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, New) { Content = form, Headers = { { "Sec-Fetch-Site", "same-origin" }, { "Accept", "text/html" } } });
    }

    // One press, without script: the product and its photo, as a telephone takes it or as it lies there already.
    [Fact]
    public async Task Is_sent_with_the_product_that_is_being_made()
    {
        await _browser.OpenAsync(New);
        var form = _browser.Page.QuerySelector("form[data-product]")!;
        form.GetAttribute("enctype").ShouldBe("multipart/form-data");
        form.QuerySelectorAll("input[type=file]").Select(i => (i.GetAttribute("name"), i.GetAttribute("capture"))).ShouldBe([("Photo", null), ("Photo", "environment")]);
        await MakeAsync("PNG of a loaf"u8.ToArray(), "IMG_1.png", "image/png", [.. _loaf, ("Action", "liste")]);
        _browser.Status.ShouldBe(HttpStatusCode.Found, _browser.Words);
        _host.Services.Written["SEIGLE"].Title.ShouldBe("Pain de seigle");
        _host.Services.AskedOf("catalog", "shops/boulangerie/offers/SEIGLE/photo").Single().Body.ShouldBe("PNG of a loaf");
        (await _browser.FollowAsync()).Page.QuerySelector(".product-row img")!.GetAttribute("src").ShouldBe($"/images/photos/{_a}/160.webp");

        // Without one the product is made as before.
        await MakeAsync(null, "", "application/octet-stream", ("Title", "Pain de mie"), ("Category", "pains"), ("Price", "3"), ("Prepacked", "non"), ("Allergens", "gluten"), ("Sku", "MIE"), ("Action", "liste"));
        _browser.Status.ShouldBe(HttpStatusCode.Found, _browser.Words);
        _host.Services.AskedOf("catalog", "shops/boulangerie/offers/MIE/photo").ShouldBeEmpty();
    }

    [Fact]
    public async Task That_cannot_be_taken_leaves_the_product_made_and_says_what_to_do()
    {
        await MakeAsync(Encoding.UTF8.GetBytes("<html>"), "IMG_1.jpg", "image/jpeg", [.. _loaf, ("Action", "autre")]);
        _browser.Location.ShouldBe(Board + "/produits/fiche/SEIGLE?photo=refusee");
        await _browser.FollowAsync();
        Browser.WordsOf(_browser.Page.QuerySelector("#photo-erreur")).ShouldContain("Le produit est enregistré, mais sa photo n'a pas pu être prise");
        _host.Services.Offers["SEIGLE"].Status.ShouldBe("active");
    }

    [Fact]
    public async Task Has_to_be_chosen_again_where_the_form_was_refused_or_only_looked_something_up()
    {
        await MakeAsync("PNG"u8.ToArray(), "IMG_1.png", "image/png", ("Title", ""), ("Category", "pains"), ("Price", "4,20"), ("Allergens", "gluten"), ("Action", "liste"));
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        _browser.Page.QuerySelector("#champ-Price")!.GetAttribute("value").ShouldBe("4,20");
        Browser.WordsOf(_browser.Page.QuerySelector("#photo-erreur")).ShouldBe("Choisissez la photo à nouveau : un navigateur ne la garde pas d'une page à l'autre.");
        _host.Services.Written.ShouldBeEmpty();

        // The button that looks a number up sends no file, but its name.
        await _browser.PostAsync(New, ("Ean", "3017620422003"), ("Photo", "IMG_1.png"), ("Action", "chercher"));
        _browser.Page.QuerySelector("#photo-erreur").ShouldNotBeNull();
        await _browser.PostAsync(New, ("Ean", "3017620422003"), ("Photo", ""), ("Action", "chercher"));
        _browser.Page.QuerySelector("#photo-erreur").ShouldBeNull();
    }

    [Fact]
    public async Task Too_large_is_told_beside_what_was_typed_and_makes_nothing()
    {
        await MakeAsync(new byte[ProductPhoto.MostBytes + 1], "IMG_1.png", "image/png", [.. _loaf, ("Action", "liste")]);
        _browser.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        Browser.WordsOf(_browser.Page.QuerySelector("#photo-erreur")).ShouldStartWith("Cette photo dépasse 15 Mo");
        _browser.Page.QuerySelector("#champ-Title")!.GetAttribute("value").ShouldBe("Pain de seigle");
        _host.Services.Written.ShouldBeEmpty();
    }

    // Twenty-five megabytes, of somebody to whom the shop is not: refused, and they stay where they are.
    [Theory]
    [InlineData("", HttpStatusCode.Forbidden), InlineData("staff of another", HttpStatusCode.Forbidden), InlineData("read-only", HttpStatusCode.Forbidden), InlineData("visitor", HttpStatusCode.Redirect), InlineData("staff", HttpStatusCode.UnprocessableEntity)]
    public async Task Is_not_read_before_it_is_known_that_its_sender_may_send_it(string who, HttpStatusCode answer)
    {
        var email = await _host.PersonAsync();
        if (who.Length > 0)
        {
            _host.Services.Members[email] = who == "staff of another" ? ProSamples.Member("staff", "fromagerie") : ProSamples.Member(who, "boulangerie");
        }
        using var browser = who == "visitor" ? _host.Browser() : await _host.SignedInAsync(email);
        using var photo = new Measured(25 * 1024 * 1024);
        await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, New) { Content = new MultipartFormDataContent { { photo, "Photo", "IMG_1.jpg" } }, Headers = { { "Sec-Fetch-Site", "same-origin" }, { "Accept", "text/html" } } });
        browser.Status.ShouldBe(answer);
        (photo.Sent >= photo.Length).ShouldBe(who == "staff", $"{photo.Sent} bytes were taken");
        if (who != "staff")
        {
            photo.Sent.ShouldBeLessThan(1024 * 1024);
        }
    }

    /// <summary>So many bytes, and how many of them somebody wanted.</summary>
    private sealed class Measured(long length) : HttpContent
    {
        internal long Length { get; } = length;
        internal long Sent { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            var block = new byte[16 * 1024];
            for (; Sent < Length; Sent += block.Length)
            {
                await stream.WriteAsync(block);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Length;
            return true;
        }
    }

    [Fact]
    public async Task Goes_with_the_copy_of_a_product()
    {
        _host.Services.Offers["PAIN"] = ProSamples.Offer("PAIN", "Pain complet", 5) with { ImageUrl = ProductPhoto.Address(new string('b', 64)) };
        await _browser.OpenAsync(Board + "/produits/nouveau?copie=PAIN");
        _browser.Page.QuerySelector("input[name=PhotoOf]")!.GetAttribute("value").ShouldBe("PAIN");
    }

    [Fact]
    public void Is_drawn_from_this_site_alone_in_the_widths_that_there_are()
    {
        var address = ProductPhoto.Address("abc");
        OfferLinks.Picture(address, 160).ShouldBe("/images/photos/abc/160.webp");
        OfferLinks.Widths(address, 480).ShouldBe("/images/photos/abc/480.webp 480w, /images/photos/abc/960.webp 960w");
        (ProductPhoto.Of(address), ProductPhoto.Of("/dessins/pain.svg")).ShouldBe(("abc", null));
        OfferLinks.Widths("/dessins/pain.svg").ShouldBeNull();
        OfferLinks.Picture("/dessins/pain.svg", 160).ShouldBe("/dessins/pain.svg");
    }
}
