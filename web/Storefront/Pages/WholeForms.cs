using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Storefront.Pages;

/// <summary>
/// A form of which not one field was sent is bound to nothing at all; to the page behind it that is the same as empty fields, and it says what is missing.
/// </summary>
internal static class WholeForms
{
    public static RouteGroupBuilder WithWholeForms(this RouteGroupBuilder group)
    {
        group.AddEndpointFilterFactory((handler, next) =>
        {
            var forms = handler.MethodInfo.GetParameters().Where(p => p.IsDefined(typeof(FromFormAttribute), false)).ToList();
            return forms.Count == 0 ? next : context =>
            {
                foreach (var form in forms)
                {
                    context.Arguments[form.Position] ??= Activator.CreateInstance(form.ParameterType);
                }
                return next(context);
            };
        });
        return group;
    }
}
