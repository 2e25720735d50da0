using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Contracts.Catalog.Api;

namespace Marketplace.Catalog.Importing;

/// <summary>The shapes of imports, apart from the others: some of their parts are called alike.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Import))]
[JsonSerializable(typeof(ImportList))]
[JsonSerializable(typeof(ImportFormat))]
[JsonSerializable(typeof(StoredPreview))]
[JsonSerializable(typeof(List<RejectedRow>))]
internal sealed partial class ImportJson : JsonSerializerContext;
