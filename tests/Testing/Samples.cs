using System.Collections;
using System.Reflection;

namespace Marketplace.Testing;

/// <summary>Builds a record with every member filled, always the same, so that its JSON can be approved: a renamed, removed or retyped member shows.</summary>
public static class Samples
{
    private static readonly Guid Id = new("01980000-0000-7000-8000-000000000001");

    /// <summary>A filled instance of the type.</summary>
    public static object Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Of(inner);
        }

        if (type.IsEnum)
        {
            return Enum.GetValues(type).GetValue(0)!;
        }

        return type switch
        {
            _ when type == typeof(string) => "text",
            _ when type == typeof(Guid) => Id,
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => 3,
            _ when type == typeof(long) => 1234L,
            _ when type == typeof(double) => 45.5,
            _ when type == typeof(decimal) => 5.5m,
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 11, 23, 9, 30, 0, TimeSpan.Zero),
            _ when type == typeof(DateOnly) => new DateOnly(2026, 11, 23),
            _ when ElementOf(type) is { } element => ListOf(element),
            _ when ValueOf(type) is { } value => DictionaryOf(value),
            _ => Record(type),
        };
    }

    private static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var element] && typeof(IEnumerable).IsAssignableFrom(type) ? element : null;

    private static Type? ValueOf(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var key, var value] && key == typeof(string) && typeof(IEnumerable).IsAssignableFrom(type) ? value : null;

    private static object DictionaryOf(Type value)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), value))!;
        dictionary["text"] = Of(value);
        return dictionary;
    }

    private static Array ListOf(Type element)
    {
        var list = Array.CreateInstance(element, 1);
        list.SetValue(Of(element), 0);
        return list;
    }

    private static object Record(Type type)
    {
        var constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .Where(c => c.GetParameters() is not [var only] || only.ParameterType != type) // not the copy constructor
            .MaxBy(c => c.GetParameters().Length) ?? throw new InvalidOperationException($"{type} cannot be built.");
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Of(p.ParameterType))]);
    }
}
