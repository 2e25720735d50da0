using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.ServiceDefaults;

/// <summary>On an endpoint that reads a header by hand: what the document says of it.</summary>
/// <param name="Refused">The status with which what the header asks for may be refused; 0: none of its own.</param>
public sealed record HeaderRead(string Name, string Description, bool Required, int Refused = 0)
{
    /// <summary>Names one attempt, so that it may be sent again.</summary>
    public static HeaderRead IdempotencyKey(string description, bool required = false) => new("Idempotency-Key", description, required);
}

/// <summary>On an endpoint that answers with the version of what it shows (<see cref="ETags"/>).</summary>
public sealed record ETagAnswered;

/// <summary>What endpoints say of the versions that they read and answer with.</summary>
public static class Versioned
{
    /// <summary>Changes only the version that the caller saw; without the header, or with <c>*</c>, whichever stands.</summary>
    /// <param name="what">What the version is of, as it stands in a sentence.</param>
    public static TBuilder ReadsIfMatch<TBuilder>(this TBuilder endpoint, string what) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new HeaderRead("If-Match",
        $"The version of {what} that was seen: of any other nothing is changed. Without it, or with *, whichever stands.", false, StatusCodes.Status412PreconditionFailed));

    /// <summary>Makes a new one and replaces none.</summary>
    public static TBuilder ReadsIfNoneMatch<TBuilder>(this TBuilder endpoint, string what) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new HeaderRead("If-None-Match",
        $"With * only a new one is made: {what} that is there already is left as it is.", false, StatusCodes.Status412PreconditionFailed));

    /// <summary>Answers with the version, for If-Match.</summary>
    public static TBuilder AnswersETag<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ETagAnswered());
}
