using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marketplace.Catalog.Photos;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults.Shops;
using Npgsql;
using SkiaSharp;

namespace Marketplace.Catalog.Tests;

/// <summary>A shop shows its product as it photographed it: small, upright, and without what the camera wrote beside it.</summary>
[Collection(CatalogHost.Collection)]
public sealed class Photos_of_products(CatalogHost catalog)
{
    private const string Place = "PLACE-OF-THE-COUNTER";
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    [Fact]
    public async Task Is_taken_shown_everywhere_replaced_and_removed()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("P1"));
        var first = await PutAsync(shop, "P1", Jpeg(1200, 900, SKColors.Firebrick));
        first.ImageUrl!.ShouldStartWith("/api/v1/photos/");
        (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", Web))!.ImageUrl.ShouldBe(first.ImageUrl);
        (await catalog.Anonymous.GetFromJsonAsync<OfferSummary[]>($"/api/v1/offers?ids={offer}", Web))!.Single().ImageUrl.ShouldBe(first.ImageUrl);
        (await catalog.Operator.GetFromJsonAsync<MerchantOfferPage>($"/api/v1/shops/{shop.Slug}/offers", Web))!.Items.Single().ImageUrl.ShouldBe(first.ImageUrl);

        using var shown = await catalog.Anonymous.GetAsync(first.ImageUrl);
        shown.Content.Headers.ContentType!.MediaType.ShouldBe("image/webp");
        (shown.Headers.CacheControl!.MaxAge, shown.Headers.CacheControl.ToString()).ShouldBe((TimeSpan.FromDays(365), "public, max-age=31536000, immutable"));
        using var again = new HttpRequestMessage(HttpMethod.Get, first.ImageUrl) { Headers = { IfNoneMatch = { shown.Headers.ETag! } } };
        (await catalog.Anonymous.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        foreach (var (width, height) in ((int, int)[])[(160, 120), (480, 360), (960, 720)])
        {
            using var picture = SKBitmap.Decode(await SizeAsync(first.ImageUrl, width));
            (picture.Width, picture.Height).ShouldBe((width, height));
        }

        var version = await VersionAsync(offer);
        (await PutAsync(shop, "P1", Jpeg(1200, 900, SKColors.Firebrick))).ImageUrl.ShouldBe(first.ImageUrl);
        (await VersionAsync(offer)).ShouldBe(version, "the same bytes change nothing");

        var second = await PutAsync(shop, "P1", Jpeg(1200, 900, SKColors.SeaGreen));
        second.ImageUrl.ShouldNotBe(first.ImageUrl);
        (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", Web))!.ImageUrl.ShouldBe(second.ImageUrl);
        (await catalog.Anonymous.GetAsync(first.ImageUrl)).StatusCode.ShouldBe(HttpStatusCode.OK, "pages that were sent before still name it");
        using var changed = await catalog.Operator.PutAsJsonAsync($"/api/v1/shops/{shop.Slug}/offers/P1", CatalogHost.Define("P1") with { PriceCents = 700 });
        (await changed.Content.ReadFromJsonAsync<Offer>(Web))!.ImageUrl.ShouldBe(second.ImageUrl, "what is written of the offer leaves its photo");

        for (var twice = 0; twice < 2; twice++)
        {
            (await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/P1/photo")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", Web))!.ImageUrl.ShouldStartWith("/dessins/");
    }

    [Fact]
    public async Task Is_turned_upright_and_keeps_nothing_of_what_the_phone_noted()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, CatalogHost.Define("P1"));
        // Held upright: red lies left for the sensor, and is on top for who looks.
        using var lying = new SKBitmap(400, 200);
        lying.Erase(SKColors.Blue);
        lying.Erase(SKColors.Red, new SKRectI(0, 0, 200, 200));
        var file = WithExif(Encoded(lying, SKEncodedImageFormat.Jpeg), orientation: 6);
        Encoding.Latin1.GetString(file).ShouldContain(Place);
        var offer = await PutAsync(shop, "P1", file);
        foreach (var width in ProductPhoto.Widths)
        {
            var bytes = await SizeAsync(offer.ImageUrl!, width);
            using var picture = SKBitmap.Decode(bytes);
            (picture.Width, picture.Height).ShouldBe((Math.Min(width, 200), 2 * Math.Min(width, 200)), "never enlarged");
            var (top, bottom) = (picture.GetPixel(picture.Width / 2, picture.Height / 8), picture.GetPixel(picture.Width / 2, picture.Height * 7 / 8));
            (top.Red > 200 && top.Blue < 60, bottom.Blue > 200 && bottom.Red < 60).ShouldBe((true, true), $"{top} over {bottom}");
            var text = Encoding.Latin1.GetString(bytes);
            foreach (var trace in (string[])[Place, "EXIF", "Exif", "XMP ", "ICCP"])
            {
                text.ShouldNotContain(trace);
            }
        }
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "empty", "photo-empty" }, { "html", "photo-unreadable" }, { "svg", "photo-unreadable" }, { "half a jpeg", "photo-truncated" }, { "half a png", "photo-truncated" },
        { "half a webp", "photo-truncated" }, { "heic", "photo-heic" }, { "a bomb", "photo-too-many-pixels" },
    };

    [Theory, MemberData(nameof(Broken))]
    public async Task What_is_no_photo_is_told_so_in_both_languages_and_changes_nothing(string what, string code)
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("P1"));
        var file = what switch
        {
            "empty" => [],
            "html" => Encoding.UTF8.GetBytes("<!DOCTYPE html><html><body>photo.jpg</body></html>" + new string(' ', 500)),
            "svg" => Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><script>alert(1)</script></svg>"),
            "half a jpeg" => Half(Jpeg(800, 600, SKColors.Orange)),
            "half a png" => Half(Noise(300, SKEncodedImageFormat.Png)),
            "half a webp" => Half(Noise(300, SKEncodedImageFormat.Webp)),
            "heic" => [0, 0, 0, 0x18, .. "ftypheic\0\0\0\0mif1heic"u8, .. new byte[2_000]],
            _ => Bomb(),
        };
        var said = new List<string>();
        foreach (var language in (string[])["fr", "en"])
        {
            using var answer = await SendAsync(shop, "P1", file, "image/jpeg", language);
            await CatalogHost.ProblemAsync(answer, HttpStatusCode.UnprocessableEntity, code);
            said.Add(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString()!);
        }

        said[0].ShouldNotBe(said[1]);
        (await catalog.ScalarAsync<bool>("select photo is null and version = 1 from offers where offer_id = $1", offer.Value)).ShouldBeTrue("nothing was written");
        (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", Web))!.ImageUrl.ShouldStartWith("/dessins/");
    }

    [Fact]
    public async Task What_is_too_large_of_another_kind_or_for_no_offer_is_refused()
    {
        var shop = await catalog.ShopAsync();
        await catalog.OfferAsync(shop, CatalogHost.Define("P1"));
        using var large = await SendAsync(shop, "P1", new byte[ProductPhoto.MostBytes + 1]);
        await CatalogHost.ProblemAsync(large, HttpStatusCode.RequestEntityTooLarge, "photo-too-large");
        using var unsaid = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/shops/{shop.Slug}/offers/P1/photo") { Content = new StreamContent(new MemoryStream(new byte[ProductPhoto.MostBytes + 1])), Headers = { TransferEncodingChunked = true } };
        unsaid.Content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        await CatalogHost.ProblemAsync(await catalog.Operator.SendAsync(unsaid), HttpStatusCode.RequestEntityTooLarge, "photo-too-large");
        (await SendAsync(shop, "P1", Jpeg(10, 10, SKColors.Red), "image/svg+xml")).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        await CatalogHost.ProblemAsync(await SendAsync(shop, "AUCUN", Jpeg(10, 10, SKColors.Red)), HttpStatusCode.NotFound, "offer-not-found");
        await CatalogHost.ProblemAsync(await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/AUCUN/photo"), HttpStatusCode.NotFound, "offer-not-found");
        await CatalogHost.ProblemAsync(await catalog.Anonymous.GetAsync(ProductPhoto.Address(new string('0', 64))), HttpStatusCode.NotFound, "photo-not-found");
    }

    [Fact]
    public async Task A_slip_is_taken_back_and_nothing_but_what_the_offer_showed_before()
    {
        var (shop, other) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        await catalog.OfferAsync(shop, CatalogHost.Define("P1"));
        await catalog.OfferAsync(other, CatalogHost.Define("P1"));
        var (first, foreign) = (await PutAsync(shop, "P1", Jpeg(300, 300, SKColors.Firebrick)), await PutAsync(other, "P1", Jpeg(300, 300, SKColors.Navy)));
        await PutAsync(shop, "P1", Jpeg(300, 300, SKColors.SeaGreen));
        for (var twice = 0; twice < 2; twice++)
        {
            using var again = await AgainAsync(IdOf(first.ImageUrl!));
            (await again.Content.ReadFromJsonAsync<MerchantOffer>(Web))!.ImageUrl.ShouldBe(first.ImageUrl);
        }

        await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/P1/photo");
        (await AgainAsync(IdOf(first.ImageUrl!))).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var not in (string[])[IdOf(foreign.ImageUrl!), new string('0', 64), "-"])
        {
            await CatalogHost.ProblemAsync(await AgainAsync(not), HttpStatusCode.NotFound, "photo-not-found");
        }

        await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/P1/photo");
        await LaterAsync(first.ImageUrl!);
        await CatalogHost.ProblemAsync(await AgainAsync(IdOf(first.ImageUrl!)), HttpStatusCode.NotFound, "photo-not-found");

        Task<HttpResponseMessage> AgainAsync(string photo) => catalog.Operator.PutAsync($"/api/v1/shops/{shop.Slug}/offers/P1/photo?again={photo}", null);
    }

    [Fact]
    public async Task Of_several_sent_at_once_the_last_is_shown_whole()
    {
        var shop = await catalog.ShopAsync();
        var offer = await catalog.OfferAsync(shop, CatalogHost.Define("P1"));
        var before = await VersionAsync(offer);
        SKColor[] colours = [SKColors.Firebrick, SKColors.SeaGreen, SKColors.Navy, SKColors.Orange];
        var sent = await AllAtOnceAsync(offer, colours);
        (await VersionAsync(offer)).ShouldBe(before + sent.Length);
        var shown = (await catalog.Anonymous.GetFromJsonAsync<Offer>($"/api/v1/offers/{offer}", Web))!.ImageUrl;
        (await catalog.ScalarAsync<string>("select photo from offers where offer_id = $1", offer.Value)).ShouldBe(IdOf(shown), "what is shown is what is written");
        foreach (var width in ProductPhoto.Widths)
        {
            (await SizeAsync(shown, width)).ShouldNotBeEmpty();
        }

        // Each of them saw what the one before it wrote: all that are let go are looked at later, none is forgotten.
        using var making = new PhotoMaking();
        var made = new List<string>();
        foreach (var colour in colours)
        {
            made.Add((await making.MakeAsync(new MemoryStream(Jpeg(600, 400, colour)), TestContext.Current.CancellationToken)).Id);
        }

        var gone = made.Where(id => id != IdOf(shown)).ToArray();
        gone.Length.ShouldBe(sent.Length - 1);
        (await catalog.ScalarAsync<long>("select count(*) from due_work where kind = 'photo-unused' and key = any($1)", (object)gone)).ShouldBe(gone.Length);
        (await catalog.ScalarAsync<string>("select photo_before from offers where offer_id = $1", offer.Value)).ShouldBeOneOf(gone);

        // The same file from two phones at once is one photo.
        var same = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PutAsync(shop, "P1", Jpeg(600, 400, SKColors.Purple))));
        same.Select(s => s.ImageUrl).Distinct().Count().ShouldBe(1);
        (await VersionAsync(offer)).ShouldBe(before + sent.Length + 1);

        // The offer is held until all of them wait for it, so that they do meet.
        async Task<MerchantOffer[]> AllAtOnceAsync(Contracts.OfferId one, IReadOnlyCollection<SKColor> colours)
        {
            await using var session = await catalog.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
            await using var held = await session.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var hold = new NpgsqlCommand("select 1 from offers where offer_id = $1 for update", session, held) { Parameters = { new() { Value = one.Value } } };
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            var sending = Task.WhenAll(colours.Select(colour => PutAsync(shop, "P1", Jpeg(600, 400, colour))));
            await CatalogHost.EventuallyAsync(async () => await catalog.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ilike '%offers%'") >= colours.Count, "all wait");
            await held.CommitAsync(TestContext.Current.CancellationToken);
            return await sending;
        }
    }

    [Fact]
    public async Task Of_two_offers_change_places_at_once_without_one_waiting_for_the_other_for_ever()
    {
        var shop = await catalog.ShopAsync();
        byte[][] photos = [Jpeg(64, 48, SKColors.Teal), Jpeg(64, 48, SKColors.Maroon)];
        foreach (var (n, photo) in photos.Index())
        {
            await catalog.OfferAsync(shop, CatalogHost.Define("S" + n));
            await PutAsync(shop, "S" + n, photo);
        }

        for (var round = 1; round <= 40; round++)
        {
            foreach (var answer in await Task.WhenAll(Enumerable.Range(0, 2).Select(n => SendAsync(shop, "S" + n, photos[(n + round) % 2]))))
            {
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"round {round}");
            }
        }
    }

    [Fact]
    public async Task Many_at_once_are_decoded_one_after_the_other()
    {
        using var making = new PhotoMaking();
        var file = Noise(700, SKEncodedImageFormat.Png);
        var photos = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => making.MakeAsync(new MemoryStream(file), TestContext.Current.CancellationToken)));
        making.MostAtOnce.ShouldBe(1);
        photos.Select(p => p.Id).Distinct().Count().ShouldBe(1);
        await Should.ThrowAsync<Exception>(() => making.MakeAsync(new MemoryStream(Bomb()), TestContext.Current.CancellationToken));
        (await making.MakeAsync(new MemoryStream(file), TestContext.Current.CancellationToken)).Id.ShouldBe(photos[0].Id, "one that failed gives its turn back");
    }

    [Fact]
    public async Task Goes_with_a_copy_of_the_offer_and_away_when_none_shows_it_any_more()
    {
        var (shop, other) = (await catalog.ShopAsync(), await catalog.ShopAsync());
        await catalog.OfferAsync(shop, CatalogHost.Define("A"));
        await catalog.OfferAsync(shop, CatalogHost.Define("B"));
        await catalog.OfferAsync(other, CatalogHost.Define("C"));
        var address = (await PutAsync(shop, "A", Noise(200, SKEncodedImageFormat.Png), "image/png")).ImageUrl!;
        await CatalogHost.ProblemAsync(await catalog.Operator.PutAsync($"/api/v1/shops/{other.Slug}/offers/C/photo?of=A", null), HttpStatusCode.NotFound, "offer-not-found");
        using var shared = await catalog.Operator.PutAsync($"/api/v1/shops/{shop.Slug}/offers/B/photo?of=A", null);
        (await shared.Content.ReadFromJsonAsync<MerchantOffer>(Web))!.ImageUrl.ShouldBe(address);

        await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/A/photo");
        await LaterAsync(address);
        (await catalog.Anonymous.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.OK, "the copy shows it");

        await catalog.Operator.DeleteAsync($"/api/v1/shops/{shop.Slug}/offers/B/photo");
        await HandleAsync(address);
        (await catalog.Anonymous.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.OK, "only some days later");
        await LaterAsync(address);
        (await catalog.Anonymous.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await catalog.ScalarAsync<long>("select count(*) from photo_sizes where photo_id = $1", IdOf(address))).ShouldBe(0);
        (await PutAsync(shop, "A", Noise(200, SKEncodedImageFormat.Png), "image/png")).ImageUrl.ShouldBe(address, "and comes back as it was");
        (await catalog.Anonymous.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task LaterAsync(string address)
    {
        await using var later = catalog.Database.CreateCommand("update photos set touched_at = touched_at - interval '8 days' where photo_id = $1");
        later.Parameters.Add(new() { Value = IdOf(address) });
        await later.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await HandleAsync(address);
    }

    // The timer's row is made due; it is gone, or set for later, once it has been worked off.
    private async Task HandleAsync(string address)
    {
        await using var due = catalog.Database.CreateCommand("update due_work set due_at = now() where kind = 'photo-unused' and key = $1");
        due.Parameters.Add(new() { Value = IdOf(address) });
        (await due.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
        await CatalogHost.EventuallyAsync(async () => await catalog.ScalarAsync<bool>("select not exists (select from due_work where kind = 'photo-unused' and key = $1 and due_at <= now() + interval '1 day')", IdOf(address)), "it was looked at");
    }

    private async Task<long> VersionAsync(Contracts.OfferId offer) => await catalog.ScalarAsync<long>("select version from offers where offer_id = $1", offer.Value);

    private static string IdOf(string address) => address.Split('/')[^2];

    private Task<byte[]> SizeAsync(string address, int width) => catalog.Anonymous.GetByteArrayAsync(ProductPhoto.Address(IdOf(address), width));

    private async Task<MerchantOffer> PutAsync(ShopEntry shop, string sku, byte[] file, string type = "image/jpeg")
    {
        using var answer = await SendAsync(shop, sku, file, type);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<MerchantOffer>(Web))!;
    }

    private async Task<HttpResponseMessage> SendAsync(ShopEntry shop, string sku, byte[] file, string type = "image/jpeg", string language = "fr")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/shops/{shop.Slug}/offers/{sku}/photo") { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.AcceptLanguage.ParseAdd(language);
        return await catalog.Operator.SendAsync(request);
    }

    private static byte[] Half(byte[] file) => file[..(file.Length / 2)];

    private static byte[] Encoded(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    internal static byte[] Jpeg(int width, int height, SKColor colour)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(colour);
        bitmap.Erase(SKColors.White, new SKRectI(0, 0, width / 3, height / 3));
        return Encoded(bitmap, SKEncodedImageFormat.Jpeg);
    }

    private static byte[] Noise(int side, SKEncodedImageFormat format)
    {
        var random = new Random(7);
        using var bitmap = new SKBitmap(side, side);
        for (var at = 0; at < side * side; at++)
        {
            bitmap.SetPixel(at % side, at / side, new SKColor((uint)random.Next() | 0xFF000000));
        }

        return Encoded(bitmap, format);
    }

    // A few bytes that say they are 30,000 pixels wide and high.
    private static byte[] Bomb()
    {
        var png = Noise(16, SKEncodedImageFormat.Png);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 30_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 30_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        return png;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }

    // As a phone writes it: how it was held, and where.
    private static byte[] WithExif(byte[] jpeg, ushort orientation)
    {
        var place = Encoding.ASCII.GetBytes(Place + "\0");
        var exif = new byte[6 + 8 + 2 + 24 + 4 + 2 + 12 + 4 + place.Length];
        "Exif\0\0MM\0*\0\0\0\b"u8.CopyTo(exif);
        Write16(14, 2);
        Entry(16, 0x0112, 3, 1, (uint)orientation << 16);
        Entry(28, 0x8825, 4, 1, 38);
        Write16(44, 1);
        Entry(46, 0x0012, 2, (uint)place.Length, 56);
        place.CopyTo(exif.AsSpan(62));
        byte[] head = [0xFF, 0xD8, 0xFF, 0xE1, (byte)((exif.Length + 2) >> 8), (byte)(exif.Length + 2)];
        return [.. head, .. exif, .. jpeg.AsSpan(2)];

        void Write16(int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(exif.AsSpan(at), value);
        void Write32(int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(exif.AsSpan(at), value);
        void Entry(int at, ushort tag, ushort type, uint count, uint value)
        {
            Write16(at, tag);
            Write16(at + 2, type);
            Write32(at + 4, count);
            Write32(at + 8, value);
        }
    }
}
