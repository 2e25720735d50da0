using Marketplace.Catalog.Offers;
using Marketplace.Contracts.Catalog.Api;
using Marketplace.ServiceDefaults;

namespace Marketplace.Catalog.Photos;

/// <summary>Why a file is no picture of a product, and what to do.</summary>
internal static class PhotoFaults
{
    internal static readonly Fault Empty = new("photo-empty", "Le fichier est vide : choisissez une photo.", "The file is empty: choose a photo.");

    internal static readonly Fault NoPicture = new("photo-unreadable", "Ce fichier n’est pas une photo que nous savons lire : envoyez un JPEG, un PNG ou un WebP.",
        "This file is not a photo that we can read: send a JPEG, a PNG or a WebP.");

    internal static readonly Fault OfAPhone = new("photo-heic", "Cette photo est au format HEIC, que les navigateurs ne montrent pas : envoyez un JPEG. Sur un iPhone : Réglages, Appareil photo, Formats, « Le plus compatible ».",
        "This photo is in the HEIC format, which browsers do not show: send a JPEG. On an iPhone: Settings, Camera, Formats, “Most Compatible”.");

    internal static readonly Fault Truncated = new("photo-truncated", "Cette photo est incomplète : elle a été coupée en route. Envoyez-la à nouveau.",
        "This photo is incomplete: it was cut off on its way. Send it again.");

    internal static readonly Fault TooManyPixels = new("photo-too-many-pixels", "Cette photo dépasse 40 millions de pixels : réduisez-la, puis envoyez-la à nouveau.",
        "This photo has more than 40 million pixels: make it smaller, then send it again.");

    internal static Refusal Gone() => Refusal.NotFound("photo", "Cette photo n’existe pas, ou n’est plus là.", "There is no such photo, or no longer.");

    internal static Refusal TooLarge() => new("photo-too-large", StatusCodes.Status413PayloadTooLarge, $"Cette photo dépasse {ProductPhoto.MostBytes / 1024 / 1024} Mo : réduisez-la, puis envoyez-la à nouveau.",
        $"This photo is larger than {ProductPhoto.MostBytes / 1024 / 1024} MB: make it smaller, then send it again.");
}
