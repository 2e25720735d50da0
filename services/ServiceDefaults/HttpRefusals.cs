using Microsoft.AspNetCore.Http;

namespace Marketplace.ServiceDefaults;

/// <summary>What HTTP itself refuses before an endpoint could say why: one code and one sentence for each status, however the refusal came about.</summary>
internal static class HttpRefusals
{
    internal static Refusal Of(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => new("sign-in-needed", status, "Connectez-vous d’abord.", "Please sign in first."),
        StatusCodes.Status403Forbidden => new("not-allowed", status, "Vous n’avez pas le droit de faire cela ici.", "You are not allowed to do this here."),
        StatusCodes.Status404NotFound => new("not-found", status, "Il n’y a rien à cette adresse.", "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => new("method-not-allowed", status, "Cette adresse ne sait pas faire cela.", "This address cannot do that."),
        StatusCodes.Status408RequestTimeout => new("too-slow", status, "L’envoi a pris trop de temps : recommencez.", "The request took too long to arrive: send it again."),
        StatusCodes.Status413PayloadTooLarge => new("too-large", status, "L’envoi est trop volumineux : faites-en plusieurs plus petits.", "The request is too large: send several smaller ones."),
        StatusCodes.Status415UnsupportedMediaType => new("unsupported-media-type", status,
            "Ce type de contenu n’est pas accepté ici : envoyez du JSON.", "This type of content is not accepted here: send JSON."),
        StatusCodes.Status429TooManyRequests => new("too-many-requests", status, "Trop de demandes à la fois : attendez un instant.", "Too many requests at once: wait a moment."),
        StatusCodes.Status503ServiceUnavailable => new("unavailable", status,
            "Le service ne peut rien enregistrer pour l’instant. Rien n’a été perdu ; réessayez dans un instant.", "The service cannot record anything just now. Nothing was lost; try again in a moment."),
        >= 400 and < 500 => new("malformed", status, "La demande n’est pas lisible : vérifiez sa forme.", "The request cannot be read: check its shape."),
        _ => new("unexpected", status,
            "Une erreur inattendue est survenue. Rien n’a été perdu ; réessayez dans un instant.", "Something unexpected happened. Nothing was lost; try again in a moment."),
    };
}
